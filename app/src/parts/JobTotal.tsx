import { formatOpen } from "@openledger/sdk/openTokenFormat";

type JobTotalProps = {
  priceWei: bigint | undefined;
  checkFeeWei: bigint | undefined;
  totalWei: bigint | undefined;
  balanceWei: bigint | undefined;
};

/** What leaves the poster's wallet, summed up as in an account. */
export function JobTotal({ priceWei, checkFeeWei, totalWei, balanceWei }: JobTotalProps) {
  const open = (wei: bigint | undefined) => (wei === undefined ? "…" : `${formatOpen(wei)} OPEN`);
  return (
    <dl className="card-ledger job-total">
      <dt>Price for the trainer</dt>
      <dd>{open(priceWei)}</dd>
      <dt>Fee for the committee that checks</dt>
      <dd>{open(checkFeeWei)}</dd>
      <dt className="total">You pay</dt>
      <dd className="total" data-testid="job-total">
        {open(totalWei)}
      </dd>
      {balanceWei !== undefined && (
        <>
          <dt>In your wallet</dt>
          <dd>{open(balanceWei)}</dd>
        </>
      )}
    </dl>
  );
}
