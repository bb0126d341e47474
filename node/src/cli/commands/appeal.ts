import { prepareAppeal } from "@openledger/sdk/client/appeal";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import type { Hex } from "viem";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";
import type { Sent } from "../wallet.ts";
import { transactionLines } from "./stake.ts";

/** Has a submission judged anew by a larger committee, for a bond. */
export async function appeal(session: Session, root: Hex): Promise<Answer> {
  const [{ client, addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const { level, committeeSize, bondWei, appealEnds, calls } = await prepareAppeal(client, {
    addresses,
    root,
    appellant: wallet.address,
  });
  await session.confirm(
    `Appeal ${root} (level ${level}, ${committeeSize} seats) for a bond of ${formatOpenAmount(bondWei)}, which comes back if a grade changes?`,
  );
  const sent: Sent[] = [];
  for (const call of calls) {
    const what =
      call.functionName === "approve" ? `Allow the Vault ${formatOpenAmount(bondWei)}` : `Appeal ${root}`;
    sent.push(await wallet.call(call, what));
  }
  return {
    json: { root, level, committeeSize, bondWei, appealEnds, transactions: sent },
    lines: [
      ...transactionLines(sent),
      `${committeeSize} seats judge it anew; openledger status ${root} tells how it goes.`,
    ],
  };
}
