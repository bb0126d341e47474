import { type NumberField as Field, JOB_SPEC_FIELDS } from "@openledger/sdk/jobSpecFields";
import { formatOpen, parseOpen } from "@openledger/sdk/openTokenFormat";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { useConnection } from "wagmi";
import { moneyQuery } from "../data/account.ts";
import type { Base } from "../data/bases.ts";
import type { Datanet } from "../data/datanets.ts";
import { defaultNumbers, draftSpec, type FieldPath, NUMBER_FIELDS, numberFault } from "../data/jobDraft.ts";
import { trainingRulesQuery } from "../data/parameters.ts";
import { WalletChoices } from "../wallet/WalletChoices.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";
import { DEADLINE_HOURS, JobPriceFields } from "./JobPriceFields.tsx";
import { JobSourceFields } from "./JobSourceFields.tsx";
import { JobTotal } from "./JobTotal.tsx";
import { NumberField } from "./NumberField.tsx";
import { usePostJob } from "./usePostJob.ts";

/** These decide most of a run; the rest is under "More". */
const FIRST: readonly FieldPath[] = [
  "lora.rank",
  "lora.alpha",
  "training.epochs",
  "training.learningRate",
  "training.batchSize",
  "training.cutoffTokens",
];

/** The form that posts a job. */
export function PostJobForm({ bases, datanets }: { bases: Base[]; datanets: Datanet[] }) {
  const deployment = useDeployment();
  const { address } = useConnection();
  const navigate = useNavigate();
  const rules = useQuery(trainingRulesQuery(deployment));
  const money = useQuery(moneyQuery(deployment, address));
  const [baseDigest, setBaseDigest] = useState(bases[0]?.digest);
  const [datanetId, setDatanetId] = useState(datanets[0]?.id);
  const [numbers, setNumbers] = useState(defaultNumbers);
  const [price, setPrice] = useState("10");
  const [hours, setHours] = useState<number>(DEADLINE_HOURS[2]);
  const post = usePostJob();

  const base = bases.find(({ digest }) => digest === baseDigest);
  const datanet = datanets.find(({ id }) => id === datanetId);
  const priceWei = readPrice(price);
  const priceFault =
    priceWei === undefined ? "The price must be an amount of OPEN above 0, like 12.5." : undefined;
  const faulty = (Object.keys(numbers) as FieldPath[]).some((path) => numberFault(path, numbers[path]));
  const checkFeeWei = rules.data?.checkFeeWei;
  const totalWei = priceWei !== undefined && checkFeeWei !== undefined ? priceWei + checkFeeWei : undefined;
  const short = totalWei !== undefined && money.data !== undefined && money.data.balanceWei < totalWei;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!base || !datanet || priceWei === undefined || totalWei === undefined) return;
    post.mutate(
      {
        spec: () =>
          draftSpec(
            {
              base: { name: base.name, family: base.family, baseDigest: base.digest },
              datasets: [
                { datanet: datanet.id, versionCount: datanet.versionCount, versionHead: datanet.versionHead },
              ],
              parentRelease: null,
            },
            numbers,
          ),
        priceWei,
        totalWei,
        seconds: hours * 3600,
      },
      { onSuccess: (job) => void navigate(`/jobs/${job}`) },
    );
  }

  const tokens =
    Number(numbers["training.steps"]) *
    Number(numbers["training.batchSize"]) *
    Number(numbers["training.cutoffTokens"]);

  const field = (path: FieldPath) => (
    <NumberField
      key={path}
      field={JOB_SPEC_FIELDS[path] as Field}
      text={numbers[path]}
      onText={(text) => setNumbers({ ...numbers, [path]: text })}
    />
  );
  const more = NUMBER_FIELDS.map(({ path }) => path).filter((path) => !FIRST.includes(path));

  return (
    <form className="stack" onSubmit={submit} data-testid="post-job" noValidate>
      <JobSourceFields
        bases={bases}
        datanets={datanets}
        base={base}
        datanet={datanet}
        onBase={setBaseDigest}
        onDatanet={setDatanetId}
      />
      <fieldset className="sheet stack">
        <legend>Recipe</legend>
        <div className="field-grid">{FIRST.map(field)}</div>
        <details>
          <summary>More numbers, with defaults that work</summary>
          <div className="field-grid">{more.map(field)}</div>
        </details>
      </fieldset>
      <fieldset className="sheet stack">
        <legend>Price and time</legend>
        <JobPriceFields
          price={price}
          fault={priceFault}
          tokens={faulty ? 0 : tokens}
          hours={hours}
          onPrice={setPrice}
          onHours={setHours}
        />
        <JobTotal
          priceWei={priceWei}
          checkFeeWei={checkFeeWei}
          totalWei={totalWei}
          balanceWei={money.data?.balanceWei}
        />
      </fieldset>
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
          disabled={!address || faulty || totalWei === undefined || short || post.isPending}
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

function readPrice(text: string): bigint | undefined {
  try {
    const wei = parseOpen(text);
    return wei > 0n ? wei : undefined;
  } catch {
    // While somebody types, most texts are no amount; the field says so.
    return undefined;
  }
}
