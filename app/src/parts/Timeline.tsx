import type { Step } from "../text/steps.ts";
import { formatSeconds } from "../text/times.ts";
import { Icon } from "./Icon.tsx";

const SPOKEN = { done: "done", now: "under way", waiting: "to come", failed: "failed" } as const;

/** The steps of something that takes its time, the present one counting down in chain time. */
export function Timeline({ steps, now, label }: { steps: Step[]; now: number | undefined; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.key}
          className="timeline-step"
          data-state={step.state}
          data-step={step.key}
          aria-current={step.state === "now" ? "step" : undefined}
        >
          <strong>
            {step.state === "done" && <Icon name="check" />}
            {step.state === "now" && <Icon name="spin" />}
            {step.state === "failed" && <Icon name="cross" />}
            {step.title}
            <span className="hidden-visually">: {SPOKEN[step.state]}</span>
          </strong>
          {step.detail}
          {step.endsAt !== undefined && now !== undefined && <Countdown endsAt={step.endsAt} now={now} />}
        </li>
      ))}
    </ol>
  );
}

function Countdown({ endsAt, now }: { endsAt: number; now: number }) {
  const left = endsAt - now;
  return <div className="countdown">{left > 0 ? `${formatSeconds(left)} left` : "due"}</div>;
}
