/** What a process says on stderr before it ends itself for having taken too much memory. */
export const OVER_MEMORY = "openledger: too much memory taken";
