/** In how many bits two buffers of one length differ; infinity for different lengths. */
export function differingBits(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let bits = 0;
  for (let index = 0; index < a.length; index++) {
    let difference = (a[index] ?? 0) ^ (b[index] ?? 0);
    while (difference !== 0) {
      difference &= difference - 1;
      bits++;
    }
  }
  return bits;
}
