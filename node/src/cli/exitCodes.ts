/** What the exit status of `openledger` says. */
export const ExitCode = {
  /** Done, and all is well. */
  DONE: 0,
  /** Refused, or checked and found wrong: a byte differs, a file is not good enough, a transaction would revert. */
  REFUSED: 1,
  /** The command line makes no sense. */
  USAGE: 2,
  /** Chain, gateway or daemon does not answer: the same command again may help. */
  TRY_AGAIN: 75,
  /** Ctrl-C. What was sent is kept, and the same command goes on with it. */
  INTERRUPTED: 130,
} as const;
