import { vaultAbi } from "@openledger/sdk/abi/vault";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useConfig } from "wagmi";
import { moneyQuery } from "../data/account.ts";
import { sendCall } from "../wallet/sendCall.ts";
import { Amount } from "./Amount.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";
import { Icon } from "./Icon.tsx";
import { QueryView } from "./QueryView.tsx";

/** OPEN held, earned and claimed, and the button that claims. */
export function Purse({ account }: { account: Address }) {
  const deployment = useDeployment();
  const config = useConfig();
  const money = useQuery(moneyQuery(deployment, account));
  const claim = useMutation({
    mutationFn: async () => {
      const { addresses, chainId } = deployment;
      const claimedWei = money.data?.claimableWei ?? 0n;
      await sendCall(config, chainId, {
        address: addresses.vault,
        abi: vaultAbi,
        functionName: "claim",
        args: [account],
      });
      await money.refetch();
      return claimedWei;
    },
  });
  return (
    <section className="sheet stack" aria-label="OPEN">
      <QueryView query={money} what="your OPEN" lines={2}>
        {({ balanceWei, earnedWei, claimedWei, claimableWei }) => (
          <>
            <dl className="facts">
              <div>
                <dt>In your wallet</dt>
                <dd data-testid="balance">
                  <Amount wei={balanceWei} />
                </dd>
              </div>
              <div>
                <dt>Earned so far</dt>
                <dd>
                  <Amount wei={earnedWei} />
                </dd>
              </div>
              <div>
                <dt>Claimed</dt>
                <dd>
                  <Amount wei={claimedWei} />
                </dd>
              </div>
              <div>
                <dt>To claim</dt>
                <dd data-testid="claimable">
                  <Amount wei={claimableWei} />
                </dd>
              </div>
            </dl>
            <div className="row">
              <button
                type="button"
                className="button button-main"
                data-testid="claim"
                disabled={claimableWei === 0n || claim.isPending}
                onClick={() => claim.mutate()}
              >
                {claim.isPending && <Icon name="spin" />}
                {claim.isPending ? "Claiming…" : "Claim your OPEN"}
              </button>
              {claimableWei === 0n && !claim.isSuccess && (
                <span className="small soft">
                  Nothing to claim now: it grows with every finalized verdict.
                </span>
              )}
            </div>
          </>
        )}
      </QueryView>
      {claim.isSuccess && (
        <div className="notice notice-good" role="status">
          <p>{formatOpenAmount(claim.data)} are in your wallet now.</p>
        </div>
      )}
      {claim.isError && <Failure error={claim.error} onRetry={() => claim.mutate()} />}
    </section>
  );
}
