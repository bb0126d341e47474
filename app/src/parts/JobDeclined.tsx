import { useQuery } from "@tanstack/react-query";
import type { Job } from "../data/jobs.ts";
import { declinedQuery } from "../data/runs.ts";
import { countOf } from "../text/measures.ts";
import { Person } from "./Person.tsx";

/** Why nobody has claimed a job yet, as far as this gateway's trainers say it. */
export function JobDeclined({ job }: { job: Job }) {
  const { data = [] } = useQuery({ ...declinedQuery(job.id), enabled: job.status === "OPEN" });
  if (job.status !== "OPEN" || data.length === 0) return null;
  const reasons = [...new Set(data.map(({ reason }) => reason))];
  return (
    <div className="notice notice-warn" data-testid="declined">
      <p>
        <strong>{countOf(data.length, "trainer")} will not take this job.</strong> Another may until its
        deadline; then you may take the money back.
      </p>
      <ul className="plain-list small">
        {reasons.map((reason) => (
          <li key={reason}>
            {reason}{" "}
            <span className="row">
              {data
                .filter((one) => one.reason === reason)
                .map(({ trainer }) => (
                  <Person key={trainer} address={trainer} />
                ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
