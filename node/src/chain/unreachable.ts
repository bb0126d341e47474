import { HttpRequestError, TimeoutError } from "viem";

/** Whether a call failed because the chain's node did not answer; viem wraps what the transport threw. */
export function isUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof HttpRequestError || cause instanceof TimeoutError) return true;
  }
  return false;
}
