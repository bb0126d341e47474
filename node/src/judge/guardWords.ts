/** What the guard of a process allows it. */
export interface GuardLimits {
  residentBytes: number;
  /** Processor time for one file. */
  cpuMilliseconds: number;
}

/** What a process says on stderr before it ends itself for having taken too much memory. */
export const OVER_MEMORY = "openledger: too much memory taken";
/** The same, for a file that is worked on for too long. */
export const OVER_TIME = "openledger: too much time taken";
