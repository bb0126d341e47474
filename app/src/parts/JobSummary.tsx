import { effectiveBatch, tokensOfJob } from "@openledger/sdk/jobDraft";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { adapterSizeQuery } from "../data/adapterSize.ts";
import { versionQuery } from "../data/versions.ts";
import { countOf, formatCount } from "../text/measures.ts";

type JobSummaryProps = { spec: JobSpec; priceWei: bigint | undefined };

/** What the choices come to, as they are made. */
export function JobSummary({ spec, priceWei }: JobSummaryProps) {
  const sizes = useQueries({
    queries: spec.datasets.map(({ datanet, versionCount }) => versionQuery(datanet, versionCount)),
  });
  // Until all are known, none is a sum.
  const bytes = sizes.reduce<number | undefined>(
    (sum, { data }) => (sum === undefined || data === undefined ? undefined : sum + data.sizeBytes),
    0,
  );
  const adapter = useQuery(adapterSizeQuery(useQueryClient(), spec.base.baseDigest, spec.lora));
  const { steps, epochs, cutoffTokens } = spec.training;
  const tokens = tokensOfJob(spec, bytes);
  const perMillion =
    tokens === undefined || tokens === 0 || priceWei === undefined
      ? undefined
      : (priceWei * 1_000_000n) / BigInt(tokens);
  return (
    <dl className="facts" aria-label="What it comes to" data-testid="job-summary">
      <div>
        <dt>Each step learns from</dt>
        <dd>
          {countOf(effectiveBatch(spec), "example")} of up to {formatCount(cutoffTokens)} tokens
        </dd>
      </div>
      <div>
        <dt>Tokens of training</dt>
        <dd>
          {tokens === undefined
            ? `${countOf(epochs, "pass", "passes")} over the data`
            : `${steps > 0 ? "at most" : "about"} ${formatCount(tokens)}`}
        </dd>
      </div>
      <div>
        <dt>Parameters that learn</dt>
        <dd>
          {adapter.data
            ? `about ${formatCount(adapter.data)}`
            : "told once a model of this base and adapter was released"}
        </dd>
      </div>
      <div>
        <dt>Price for a million tokens</dt>
        <dd>{perMillion === undefined ? "…" : `about ${formatOpenAmount(perMillion, 2)}`}</dd>
      </div>
    </dl>
  );
}
