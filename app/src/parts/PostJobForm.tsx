import { draftOf, type JobDraft, PARENT_PATHS, specOfDraft } from "@openledger/sdk/jobDraft";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { JobSpecPath } from "@openledger/sdk/jobSpecFields";
import { formatOpen, parseOpen } from "@openledger/sdk/openTokenFormat";
import type { Pool } from "@openledger/sdk/pools";
import { Problem } from "@openledger/sdk/problem";
import { requireTrainable } from "@openledger/sdk/trainableData";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { useConnection } from "wagmi";
import { moneyQuery } from "../data/account.ts";
import type { Base } from "../data/bases.ts";
import type { Datanet } from "../data/datanets.ts";
import { datasetsOf, firstDatanets } from "../data/jobSources.ts";
import { trainingRulesQuery } from "../data/parameters.ts";
import type { Release } from "../data/releases.ts";
import { WalletChoices } from "../wallet/WalletChoices.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";
import { DEADLINE_HOURS, JobPriceFields } from "./JobPriceFields.tsx";
import { JobRecipeFields } from "./JobRecipeFields.tsx";
import { JobSourceFields } from "./JobSourceFields.tsx";
import { JobSummary } from "./JobSummary.tsx";
import { JobTotal } from "./JobTotal.tsx";
import { usePostJob } from "./usePostJob.ts";

/** A release that is refined, with the spec of the job that made it. */
type Parent = { release: Release; spec: JobSpec };

type PostJobFormProps = {
  bases: Base[];
  datanets: Datanet[];
  parent: Parent | undefined;
  /** The Datanets to begin with; of those that there are none of, the parent's, or the first. */
  asked: readonly number[];
};

/** The form that posts a job. */
export function PostJobForm({ bases, datanets, parent, asked }: PostJobFormProps) {
  const deployment = useDeployment();
  const { address } = useConnection();
  const navigate = useNavigate();
  const rules = useQuery(trainingRulesQuery(deployment));
  const money = useQuery(moneyQuery(deployment, address));
  const [baseDigest, setBaseDigest] = useState(parent?.release.baseDigest ?? bases[0]?.digest);
  const [chosen, setChosen] = useState(() => firstDatanets(datanets, asked, parent?.spec));
  const [draft, setDraft] = useState(() => draftOf(parent?.spec));
  const [price, setPrice] = useState("10");
  const [hours, setHours] = useState<number>(DEADLINE_HOURS[2]);
  const post = usePostJob();

  const base = bases.find(({ digest }) => digest === baseDigest);
  const data = datanets.filter(({ id }) => chosen.includes(id));
  const priceWei = readPrice(price);
  const priceFault =
    priceWei === undefined ? "The price must be an amount of OPEN above 0, like 12.5." : undefined;
  const made = makeSpec(base, data, parent, draft);
  const checkFeeWei = rules.data?.checkFeeWei;
  const totalWei = priceWei !== undefined && checkFeeWei !== undefined ? priceWei + checkFeeWei : undefined;
  const short = totalWei !== undefined && money.data !== undefined && money.data.balanceWei < totalWei;

  const locked: Partial<Record<JobSpecPath, string>> = parent
    ? Object.fromEntries(
        PARENT_PATHS.map((path) => [
          path,
          `As in release ${parent.release.id}, whose adapter is trained on.`,
        ]),
      )
    : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    const spec = made.spec;
    if (!spec || priceWei === undefined || totalWei === undefined) return;
    post.mutate(
      {
        spec,
        priceWei,
        totalWei,
        seconds: hours * 3600,
      },
      { onSuccess: (job) => void navigate(`/jobs/${job}`) },
    );
  }

  return (
    <form className="stack" onSubmit={submit} data-testid="post-job" noValidate>
      <JobSourceFields
        bases={bases}
        datanets={datanets}
        base={base}
        chosen={chosen}
        parent={parent?.release}
        onBase={setBaseDigest}
        onChosen={setChosen}
      />
      <JobRecipeFields draft={draft} onDraft={setDraft} locked={locked} />
      <fieldset className="sheet stack">
        <legend>Price and time</legend>
        <JobPriceFields
          price={price}
          fault={priceFault}
          hours={hours}
          onPrice={setPrice}
          onHours={setHours}
        />
        {made.spec && <JobSummary spec={made.spec} priceWei={priceWei} />}
        <JobTotal
          priceWei={priceWei}
          checkFeeWei={checkFeeWei}
          totalWei={totalWei}
          balanceWei={money.data?.balanceWei}
        />
      </fieldset>
      {made.fault !== undefined && (
        <div className="notice notice-warn" role="status">
          <p>
            <strong>This job cannot be posted yet.</strong> {made.fault}
          </p>
        </div>
      )}
      {rules.isError && <Failure error={rules.error} onRetry={() => void rules.refetch()} />}
      {!address && (
        <div className="sheet stack-tight">
          <p>
            <strong>Connect a wallet</strong> to post the job.
          </p>
          <div className="field-narrow stack-tight">
            <WalletChoices onDone={() => undefined} />
          </div>
        </div>
      )}
      {short && totalWei !== undefined && (
        <div className="notice notice-warn">
          <p>
            <strong>Your wallet holds less than {formatOpen(totalWei)} OPEN.</strong> Lower the price, claim
            what you have earned, or connect another account.
          </p>
        </div>
      )}
      {post.isError && <Failure error={post.error} onRetry={() => post.reset()} retryLabel="Dismiss" />}
      <div className="row">
        <button
          type="submit"
          className="button button-main"
          data-testid="post-job-submit"
          disabled={!address || made.spec === undefined || totalWei === undefined || short || post.isPending}
        >
          {post.isPending ? `${post.stage}…` : "Approve and post"}
        </button>
        <span className="small soft">
          Two transactions: one lets the Vault take the total, one posts the job.
        </span>
      </div>
    </form>
  );
}

/** The spec as it would be posted, or why it cannot be. */
function makeSpec(
  base: Base | undefined,
  data: readonly Datanet[],
  parent: Parent | undefined,
  draft: JobDraft,
): { spec?: JobSpec; fault?: string } {
  if (!base) return { fault: "The base of this release is no longer on the list that governance keeps." };
  if (data.length === 0) return { fault: "No Datanet is chosen." };
  try {
    for (const { id, pool } of data) requireTrainable({ datanet: id, pool: pool as Pool });
    const spec = specOfDraft(
      {
        base: { name: base.name, family: base.family, baseDigest: base.digest },
        datasets: datasetsOf(data),
        parentRelease: parent?.release.id ?? null,
      },
      draft,
    );
    return { spec };
  } catch (error) {
    if (error instanceof Problem) return { fault: error.sentence };
    throw error;
  }
}

function readPrice(text: string): bigint | undefined {
  try {
    const wei = parseOpen(text);
    return wei > 0n ? wei : undefined;
  } catch {
    // While somebody types, most texts are no amount; the field says so.
    return undefined;
  }
}
