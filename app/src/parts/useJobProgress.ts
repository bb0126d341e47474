import { useEffect, useState } from "react";
import { EMPTY_PROGRESS, followJob, type JobProgress } from "../data/jobProgress.ts";

const RECONNECT_MILLISECONDS = 3_000;

/** How a run's stream is: open, or not there (the trainer may be away or the run long over). */
export type StreamState = "connecting" | "live" | "absent" | "ended";

/** A job's run as its trainer tells it, live while `active`, with the past replayed. Before a trainer holds it nobody is asked. */
export function useJobProgress(
  job: number,
  active: boolean,
  claimed: boolean,
): { progress: JobProgress; stream: StreamState } {
  const [progress, setProgress] = useState(EMPTY_PROGRESS);
  const [stream, setStream] = useState<StreamState>("connecting");
  useEffect(() => {
    if (!claimed) return;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function follow() {
      try {
        for await (const next of followJob(job, controller.signal)) {
          setStream("live");
          setProgress(next);
        }
        setStream("ended");
      } catch {
        if (controller.signal.aborted) return;
        setStream("absent");
      }
      if (active && !controller.signal.aborted)
        timer = setTimeout(() => void follow(), RECONNECT_MILLISECONDS);
    }
    void follow();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [job, active, claimed]);
  return { progress, stream };
}
