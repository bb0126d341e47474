import { useEffect, useState } from "react";
import {
  EMPTY_PROGRESS,
  followRun,
  type JobProgress,
  type RunName,
  type RunPicture,
} from "../data/jobProgress.ts";

const RECONNECT_MILLISECONDS = 3_000;
/** How often the picture changes at most; it also lets the replayed past arrive in one piece. */
const REDRAW_MILLISECONDS = 250;

/** How a run's stream is: open, or not there (the trainer may be away or the run long over). */
export type StreamState = "connecting" | "live" | "absent" | "ended";

/**
 * A job's run as its trainer tells it, live while `active`, with the past replayed. Before a trainer holds it nobody
 * is asked. A stream that breaks is opened again, and what was known stays until the new one has caught up.
 */
export function useJobProgress(
  { job, trainer, attempt }: RunName,
  active: boolean,
  claimed: boolean,
): { progress: JobProgress; stream: StreamState } {
  const [progress, setProgress] = useState(EMPTY_PROGRESS);
  const [stream, setStream] = useState<StreamState>("connecting");
  useEffect(() => {
    if (!claimed) return;
    const controller = new AbortController();
    const name: RunName = {
      job,
      ...(trainer === undefined ? {} : { trainer }),
      ...(attempt === undefined ? {} : { attempt }),
    };
    let latest: RunPicture | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    setProgress(EMPTY_PROGRESS);
    setStream("connecting");
    function redraw() {
      if (!latest) return;
      setProgress(latest.progress);
      latest = undefined;
    }
    async function follow() {
      try {
        await followRun(name, controller.signal, (picture) => {
          latest = picture;
          setStream("live");
        });
        setStream("ended");
      } catch {
        if (controller.signal.aborted) return;
        setStream("absent");
      }
      redraw();
      if (active && !controller.signal.aborted)
        again = setTimeout(() => void follow(), RECONNECT_MILLISECONDS);
    }
    const painter = setInterval(redraw, REDRAW_MILLISECONDS);
    void follow();
    return () => {
      controller.abort();
      clearInterval(painter);
      clearTimeout(again);
    };
  }, [job, trainer, attempt, active, claimed]);
  return { progress, stream };
}
