import type { GasPayment } from "@openledger/sdk/gasPayment";
import { formatCoins } from "../text/coins.ts";
import { formatMoment } from "../text/times.ts";
import { useDeployment } from "./deploymentContext.ts";

/** Who will pay the transaction, before anything is signed. */
export function PaymentNote({ gas }: { gas: GasPayment | undefined }) {
  const { chain } = useDeployment();
  if (gas === undefined || gas.paidBy === "gateway")
    return <span className="small soft">One signature for all files. The gateway pays the transaction.</span>;
  const cost = formatCoins(BigInt(gas.feeWei), chain.nativeCurrency.symbol);
  return (
    <span className="small" data-testid="pay-note">
      {gas.reason?.sentence} After signing you send it yourself, for about <strong>{cost}</strong>.
      {gas.resetsAt !== undefined && ` The gateway pays again from ${formatMoment(gas.resetsAt)}.`}
    </span>
  );
}
