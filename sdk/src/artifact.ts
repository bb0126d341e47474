/**
 * What a trainer publishes, an adapter, a checkpoint, a transcript or an index, is at most this long: room for the
 * checkpoints of adapters of some forty million values.
 */
export const MAX_ARTIFACT_BYTES = 512 * 1_048_576;
