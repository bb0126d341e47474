import { commitmentOf, saltOfSignature } from "@openledger/sdk/commitment";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { type Grade, packReasons, packWord } from "@openledger/sdk/grades";
import {
  type Address,
  concat,
  encodeAbiParameters,
  type Hex,
  keccak256,
  maxUint256,
  parseEther,
  toHex,
} from "viem";
import { anvil } from "viem/chains";
import { deployer } from "../../../scripts/stack/accounts.ts";
import type { LocalProtocol } from "./localProtocol.ts";

/** How a voter of a committee behaves. */
export type Behaviour = {
  grades?: readonly Grade[];
  code?: number;
  absent?: boolean;
  commitsTwice?: boolean;
};

/** A docket's windows, as the court tells them. */
type Windows = { closesAt: number; commitEnds: number; revealEnds: number; appealEnds: number };

/** Gives an account OPEN and lets the contracts that pull it do so. */
export async function endow(protocol: LocalProtocol, account: Address, tokens: string): Promise<void> {
  await protocol.send(deployer.account.address, "openToken", "transfer", [account, parseEther(tokens)]);
  for (const spender of [protocol.addresses.seats, protocol.addresses.vault]) {
    await protocol.send(account, "openToken", "approve", [spender, maxUint256]);
  }
}

/** Submits files of an account in its own transaction. The leaves' root stands for whatever they hold. */
export async function submit(
  protocol: LocalProtocol,
  contributor: Address,
  datanet: number,
  files: number,
  label: string,
  leavesRoot = keccak256(toHex(label)),
): Promise<Hex> {
  const { timestamp } = await protocol.client.getBlock();
  const submission = {
    contributor,
    datanet,
    files,
    sizeBytes: files * 1000,
    terms: 1,
    leavesRoot,
    manifestDigest: keccak256(leavesRoot),
    deadline: Number(timestamp) + 3600,
  };
  await protocol.send(contributor, "datanets", "submit", [submission, "0x"]);
  return keccak256(
    encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [contributor, leavesRoot]),
  );
}

/** Closes a pool's docket when its window is over. */
export async function closeDocket(protocol: LocalProtocol, pool: number): Promise<number> {
  const docket = await protocol.read<number>("court", "openDocket", [pool]);
  const { closesAt } = await protocol.read<Windows>("court", "docketOf", [docket]);
  await protocol.passUntil(closesAt);
  await protocol.send(deployer.account.address, "court", "close", [pool]);
  return docket;
}

/** Draws a closed docket's committee. */
export async function drawDocket(protocol: LocalProtocol, docket: number): Promise<readonly Address[]> {
  await protocol.pass(1, 4);
  await protocol.send(deployer.account.address, "court", "draw", [docket]);
  return protocol.read<readonly Address[]>("court", "committee", [docket]);
}

/** Takes a drawn docket through commits, reveals, settling and its window to appeal. */
export async function judge(
  protocol: LocalProtocol,
  docket: number,
  committee: readonly Address[],
  behaviourOf: (voter: Address, place: number) => Behaviour,
): Promise<void> {
  await settle(protocol, docket, committee, behaviourOf);
  const { appealEnds } = await protocol.read<Windows>("court", "docketOf", [docket]);
  await protocol.passUntil(appealEnds);
}

/** Takes a drawn docket through commits, reveals and settling. */
export async function settle(
  protocol: LocalProtocol,
  docket: number,
  committee: readonly Address[],
  behaviourOf: (voter: Address, place: number) => Behaviour,
): Promise<void> {
  const { commitEnds, revealEnds } = await protocol.read<Windows>("court", "docketOf", [docket]);
  const voters = [...new Set(committee)];
  const opened: { voter: Address; word: bigint; salt: Hex; reasons: Hex }[] = [];
  for (const [place, voter] of voters.entries()) {
    const { grades, code = 7, absent, commitsTwice } = behaviourOf(voter, place);
    if (absent || grades === undefined) continue;
    const word = packWord(grades);
    const reasons = packReasons(word, grades.length, () => code);
    const salt = saltOfSignature(concat([voter, toHex(docket)]));
    const vote = { chainId: anvil.id, court: protocol.addresses.court, docket, voter, word, reasons, salt };
    if (commitsTwice) await protocol.send(voter, "court", "commit", [docket, keccak256(salt)]);
    await protocol.send(voter, "court", "commit", [docket, commitmentOf(vote)]);
    opened.push({ voter, word, salt, reasons });
  }
  await protocol.passUntil(commitEnds);
  for (const { voter, word, salt, reasons } of opened) {
    const [draw] = drawIndicesOf(committee, voter);
    await protocol.send(voter, "court", "reveal", [docket, draw, word, salt, reasons]);
  }
  await protocol.passUntil(revealEnds);
  await protocol.send(deployer.account.address, "court", "settle", [docket]);
}
