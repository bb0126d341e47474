import { BaseError, HttpRequestError, ResponseBodyTooLargeError, TimeoutError } from "viem";

/** Codes with which RPC providers say in JSON that they were asked too often. */
const TOO_OFTEN_CODES = [429, -32007];
/** Some providers use this code for answers that are too large, too. */
const LIMIT_EXCEEDED_CODE = -32005;

/** The node of an address is one of another chain. Until it is the right one again, it is as good as not there. */
export class OtherChainError extends BaseError {
  override readonly name = "OtherChainError";
}

/** An address is left alone for a while, because it asked for that or did not answer in time. */
export class RestingError extends BaseError {
  override readonly name = "RestingError";
}

/**
 * Whether a call failed because the chain's node did not answer, or not to the question: what was asked may be right, and
 * is asked again later. viem wraps what the transport threw.
 */
export function isUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof HttpRequestError || cause instanceof TimeoutError) return true;
    if (cause instanceof ResponseBodyTooLargeError) return true;
    if (cause instanceof OtherChainError || cause instanceof RestingError) return true;
    if (isAskedTooOften(cause)) return true;
  }
  return false;
}

/** Whether a JSON-RPC error says that too much was asked in too little time. */
function isAskedTooOften(error: Error): boolean {
  const { code } = error as { code?: unknown };
  if (TOO_OFTEN_CODES.includes(code as number)) return true;
  return code === LIMIT_EXCEEDED_CODE && /rate|too many requests|per second|capacity/i.test(error.message);
}
