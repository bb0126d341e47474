import { adapterTargets } from "@openledger/sdk/adapterConfig";
import { Problem } from "@openledger/sdk/problem";
import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "./gateway.ts";

/** A header of more bytes than this is no adapter's. */
const LONGEST_HEADER = 16 * 1024 * 1024;

/** What the header of an adapter's weights tells. */
export type AdapterShape = {
  /** The names of the layers that carry it. */
  targets: string[];
  parameters: number;
};

/** The layers and the number of parameters of a published adapter, from the header of its weights. */
export const adapterShapeQuery = (cid: string) =>
  queryOptions({
    queryKey: ["adapter-shape", cid],
    queryFn: async ({ signal }) => {
      const begin = new Uint8Array(await part(cid, 0, 7, signal));
      const length = Number(new DataView(begin.buffer).getBigUint64(0, true));
      if (length > LONGEST_HEADER) throw notAnAdapter();
      return shapeOf(JSON.parse(new TextDecoder().decode(await part(cid, 8, 7 + length, signal))));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

async function part(cid: string, from: number, to: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetchAnswer(`/ipfs/${cid}`, { headers: { range: `bytes=${from}-${to}` }, signal });
  const bytes = await response.arrayBuffer();
  // A server that knows no ranges sends everything.
  return bytes.byteLength === to - from + 1 ? bytes : bytes.slice(from, to + 1);
}

/**
 * What a safetensors header says of an adapter.
 *
 * @throws {Problem} `not-an-adapter` for tensors of something else.
 */
export function shapeOf({
  __metadata__: _,
  ...tensors
}: Record<string, { shape?: number[]; format?: string }>): AdapterShape {
  const targets = adapterTargets(Object.keys(tensors));
  if (targets === undefined) throw notAnAdapter();
  const parameters = Object.values(tensors)
    .map(({ shape = [] }) => shape.reduce((product, size) => product * size, 1))
    .reduce((sum, count) => sum + count, 0);
  return { targets, parameters };
}

function notAnAdapter(): Problem {
  return new Problem(
    "not-an-adapter",
    "What the gateway served is no LoRA adapter.",
    "Use another gateway, or check the file's sha256 against the release's.",
  );
}
