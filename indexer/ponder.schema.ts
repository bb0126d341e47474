/**
 * The tables of the index, and with them its GraphQL. Words are those of the contracts.
 *
 * Amounts, times (seconds of chain time), losses and digests come as the chain holds them. A number that a stranger may
 * choose freely (a deadline, a step) is a `bigint`, since one that fits no 32-bit column would stop the index for everybody.
 * What time alone changes (committing to revealing) is not stored: the deadlines are, and the reader compares.
 */

export * from "./schema/court.ts";
export * from "./schema/data.ts";
export * from "./schema/enums.ts";
export * from "./schema/money.ts";
export * from "./schema/relations.ts";
export * from "./schema/training.ts";
