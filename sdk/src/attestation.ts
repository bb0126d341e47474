import type { Hex } from "viem";

/** What a trainer says about a finished run. Equal to `ITraining.Attestation`; losses in millionths of a nat a token. */
export type Attestation = {
  adapterDigest: Hex;
  transcriptHead: Hex;
  reportDigest: Hex;
  lossBeforeMicronats: bigint;
  lossAfterMicronats: bigint;
  tokens: bigint;
  steps: number;
};

/** The fields in which two attestations differ; empty when they are the same. */
export function differingFields(a: Attestation, b: Attestation): (keyof Attestation)[] {
  const normalize = (value: string | bigint | number) => String(value).toLowerCase();
  return (Object.keys(a) as (keyof Attestation)[]).filter((key) => normalize(a[key]) !== normalize(b[key]));
}
