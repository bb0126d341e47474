import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { maxUint256, parseEther } from "viem";
import { person, type TestProtocol } from "./protocol.ts";

export const validators = [10, 11, 12].map(person);
export const trainer = person(17);
export const owner = person(21);
/** An open Datanet of texts. */
export const TEXT = 1;
/** A Datanet whose owner stopped new submissions. */
export const CLOSED = 2;

/** Two Datanets with money, of which one is closed; three validators; one trainer. */
export async function furnish(protocol: TestProtocol): Promise<void> {
  const { addresses } = protocol;
  const governance = person(0);
  for (const account of [owner, ...validators, trainer]) {
    await protocol.write(governance, addresses.openToken, openTokenAbi, "transfer", [
      account.address,
      parseEther("20000"),
    ]);
  }
  await protocol.write(owner, addresses.openToken, openTokenAbi, "approve", [addresses.vault, maxUint256]);
  for (const datanet of [TEXT, CLOSED]) {
    const texts = [`Datanet ${datanet}`, "CC0-1.0", "Anything readable."];
    await protocol.write(owner, addresses.datanets, datanetsAbi, "create", [
      0,
      parseEther("1"),
      parseEther("0.1"),
      ...texts,
    ]);
    await protocol.write(owner, addresses.datanets, datanetsAbi, "fund", [datanet, parseEther("1000")]);
  }
  await protocol.write(owner, addresses.datanets, datanetsAbi, "setOpen", [CLOSED, false]);
  for (const [pool, holders] of [[0, validators] as const, [3, [trainer]] as const]) {
    for (const holder of holders) {
      await protocol.write(holder, addresses.openToken, openTokenAbi, "approve", [
        addresses.seats,
        maxUint256,
      ]);
      await protocol.write(holder, addresses.seats, seatsAbi, "stake", [pool, 1]);
    }
  }
}
