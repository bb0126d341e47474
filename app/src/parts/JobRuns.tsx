import { useQuery } from "@tanstack/react-query";
import { type Run, runsQuery, type ToldRun } from "../data/runs.ts";
import { countOf } from "../text/measures.ts";
import { formatMoment } from "../text/times.ts";
import { Person } from "./Person.tsx";

const ENDS: Record<Run["end"], string> = {
  running: "under way",
  expired: "lease ran out; part of the bond was taken",
  attested: "attested, being checked",
  rejected: "attestation rejected; the bond was taken",
  accepted: "accepted and paid",
};

type JobRunsProps = {
  job: number;
  shown: Pick<ToldRun, "trainer" | "attempt"> | undefined;
  onShow: (run: Pick<ToldRun, "trainer" | "attempt"> | undefined) => void;
};

/** Every attempt at a job with its end and, where the trainer tells it, the reason; past ones can be looked at. */
export function JobRuns({ job, shown, onShow }: JobRunsProps) {
  const query = useQuery(runsQuery(job));
  const runs = query.data ?? [];
  // One attempt is what the page shows anyway.
  if (runs.length < 2) return null;
  return (
    <section className="stack-tight" aria-labelledby="runs-heading">
      <h2 id="runs-heading">{countOf(runs.length, "attempt")} at this job</h2>
      <div className="table-wrap">
        <table className="table table-folding" data-testid="runs">
          <caption className="hidden-visually">Attempts, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Claimed</th>
              <th scope="col">Trainer</th>
              <th scope="col">End</th>
              <th scope="col">Curve</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ trainer, claimedAt, end, told }, index) => (
              <tr key={claimedAt}>
                <td data-label="Claimed">{formatMoment(claimedAt)}</td>
                <td data-label="Trainer">
                  <Person address={trainer} />
                </td>
                <td data-label="End">
                  <div>
                    {ENDS[end]}
                    {told?.error !== undefined && <p className="small soft">{told.error}</p>}
                  </div>
                </td>
                <td data-label="Curve">
                  <ShowRun
                    run={told}
                    isPresent={index === 0}
                    isShown={index === 0 ? shown === undefined : isSame(told, shown)}
                    onShow={onShow}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type ShowRunProps = {
  run: ToldRun | undefined;
  isPresent: boolean;
  isShown: boolean;
  onShow: JobRunsProps["onShow"];
};

function ShowRun({ run, isPresent, isShown, onShow }: ShowRunProps) {
  if (run === undefined && !isPresent) return <span className="soft">its trainer does not answer</span>;
  return (
    <button
      type="button"
      className="button button-small chip"
      aria-pressed={isShown}
      onClick={() => onShow(isPresent ? undefined : run)}
    >
      {isShown ? "Shown" : "Show"}
      <span className="hidden-visually"> the curve of this attempt</span>
    </button>
  );
}

function isSame(run: ToldRun | undefined, shown: JobRunsProps["shown"]): boolean {
  return run !== undefined && run.trainer === shown?.trainer && run.attempt === shown.attempt;
}
