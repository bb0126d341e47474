import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Hex } from "viem";
import { useConnection } from "wagmi";
import { formatCoins } from "../text/coins.ts";
import { formatSeconds } from "../text/times.ts";
import { WalletChoices } from "../wallet/WalletChoices.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";
import { Icon } from "./Icon.tsx";
import { useChainTime } from "./useChainTime.ts";
import { usePayment } from "./usePayment.ts";

/** A signed submission that the gateway does not pay for: why, what it costs, and the button that sends it. */
export function PayPanel({ root, gas }: { root: Hex; gas: GasPayment }) {
  const { chain } = useDeployment();
  const { address } = useConnection();
  const now = useChainTime();
  const payment = usePayment(root);
  const { call, reason, expiresAt, feeWei } = gas;
  if (!call || !reason) return null;
  const left = now === undefined || expiresAt === undefined ? undefined : expiresAt - now;
  const cost = formatCoins(BigInt(feeWei), chain.nativeCurrency.symbol);
  return (
    <section className="sheet stack" aria-labelledby="pay-heading" data-testid="pay">
      <h2 id="pay-heading">
        {gas.paidBy === "gateway" ? "The gateway waits" : "One step left: send it yourself"}
      </h2>
      <p>
        {reason.sentence} The transaction costs about <strong data-testid="pay-cost">{cost}</strong> from your
        own wallet. The gateway keeps your files and your signature, and publishes them once it is mined;
        nothing has to be uploaded again.
      </p>
      {left !== undefined && (
        <p className="small soft">
          {left > 0
            ? `Your signature is good for ${formatSeconds(left)} more.`
            : "Your signature has expired: check the files again and sign anew."}
        </p>
      )}
      {address === undefined ? (
        <WalletChoices onDone={() => undefined} />
      ) : (
        <div className="row">
          <button
            type="button"
            className="button button-main"
            disabled={payment.isPending || payment.isSuccess || (left !== undefined && left <= 0)}
            onClick={() => payment.mutate(call)}
            data-testid="pay-send"
          >
            {payment.isPending && <Icon name="spin" />}
            {payment.isPending
              ? "Waiting for your wallet and a block…"
              : payment.isSuccess
                ? "Sent and mined"
                : `Send for about ${cost}`}
          </button>
          <span className="small soft">Sent twice, it counts once: the contract refuses a second.</span>
        </div>
      )}
      {payment.isError && <Failure error={payment.error} />}
    </section>
  );
}
