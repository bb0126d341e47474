import { LOCAL_MNEMONIC } from "@openledger/sdk/localAccounts";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { type Kind, Material, type MaterialFile } from "../../../node/bench/data/material.ts";

/** Somebody who brings one submission's files to one Datanet. */
export interface Contributor {
  account: HDAccount;
  datanet: number;
  kind: Kind;
  files: MaterialFile[];
}

/** Behind the accounts that have a name in the demo. */
const FIRST_ACCOUNT = 100;

/** Of ten contributors six bring texts, two pictures and two sounds. */
const KINDS: readonly Kind[] = [
  "text",
  "image",
  "text",
  "audio",
  "text",
  "text",
  "image",
  "text",
  "audio",
  "text",
];
const DATANETS: Readonly<Record<Kind, number>> = { text: 1, image: 2, audio: 3 };

/** Contributors with their files, all different; the same seed gives the same. */
export async function gatherContributors(
  count: number,
  filesEach: number,
  seed: number,
): Promise<Contributor[]> {
  const material = new Material(seed);
  const contributors: Contributor[] = [];
  for (let index = 0; index < count; index++) {
    const kind = KINDS[index % KINDS.length] as Kind;
    const files: MaterialFile[] = [];
    while (files.length < filesEach) files.push(await material.next(kind));
    const account = mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: FIRST_ACCOUNT + index });
    contributors.push({ account, datanet: DATANETS[kind], kind, files });
  }
  return contributors;
}
