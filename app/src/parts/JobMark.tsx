import type { Job } from "../data/jobs.ts";
import { Icon, type IconName } from "./Icon.tsx";

const MARKS: Record<Job["status"], { tone: string; icon: IconName; label: string }> = {
  OPEN: { tone: "", icon: "clock", label: "Waits for a trainer" },
  LEASED: { tone: "mark-warn", icon: "spin", label: "Training" },
  ATTESTED: { tone: "mark-warn", icon: "spin", label: "Being checked" },
  ACCEPTED: { tone: "mark-good", icon: "check", label: "Done" },
  CANCELLED: { tone: "mark-bad", icon: "cross", label: "Cancelled" },
};

/** A job's state in a word. */
export function JobMark({ job }: { job: Pick<Job, "status"> }) {
  const { tone, icon, label } = MARKS[job.status];
  return (
    <span className={`mark ${tone}`} data-testid="job-status" data-status={job.status}>
      <Icon name={icon} />
      {label}
    </span>
  );
}
