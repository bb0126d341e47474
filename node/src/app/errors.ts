/** Exit status that tells a supervisor: start me again, that helps. */
export const EXIT_RESTART = 75;
/** Exit status that tells a supervisor: a person has to change something first. */
export const EXIT_REFUSED = 1;

/** A plain sentence, and what to do about it, in the form in which every part of OpenLedger reports refusals. */
export interface Refusal {
  code: string;
  sentence: string;
  next: string;
}

/** Something that a person has to change: a restart alone does not help. */
export class UserError extends Error implements Refusal {
  override readonly name = "UserError";
  readonly code: string;
  readonly sentence: string;
  readonly next: string;

  constructor(refusal: Refusal, cause?: unknown) {
    super(`${refusal.sentence} ${refusal.next}`, cause === undefined ? {} : { cause });
    this.code = refusal.code;
    this.sentence = refusal.sentence;
    this.next = refusal.next;
  }
}

/** Something outside failed for too long: a restart helps. */
export class RestartError extends Error {
  override readonly name = "RestartError";
}

/** The daemon is stopping; whoever waits for it is told so. */
export class StoppingError extends Error {
  override readonly name = "StoppingError";

  constructor() {
    super("The daemon is stopping; the work resumes when it starts again.");
  }
}

/** Whether an error says no more than that the daemon is stopping. */
export function isStopping(error: unknown): boolean {
  return error instanceof StoppingError || (error instanceof Error && error.name === "AbortError");
}
