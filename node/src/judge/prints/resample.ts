/** Zero crossings of the filter to each side. */
const LOBES = 12;
/** The filter's edge, as a share of the lower of both rates: nothing folds back from above. */
const EDGE = 0.46;
/** Positions between two source samples for which the filter is kept. */
const PHASES = 256;

/**
 * Samples at another rate, by a sinc under a Hann window ("windowed-sinc interpolation": Smith, "Digital Audio
 * Resampling", CCRMA); what the lower of both rates cannot hold is left out.
 */
export function resample(samples: Float32Array, rate: number, wanted: number): Float32Array {
  if (rate === wanted) return samples;
  const step = rate / wanted;
  const cutoff = EDGE * Math.min(1, wanted / rate);
  const reach = Math.ceil(LOBES / (2 * cutoff));
  const taps = 2 * reach;
  const filters = Array.from({ length: PHASES }, (_, phase) => filterAt(phase / PHASES, reach, cutoff));
  const resampled = new Float32Array(Math.floor(samples.length / step));
  for (let n = 0; n < resampled.length; n++) {
    const at = n * step;
    const first = Math.floor(at) - reach + 1;
    const filter = filters[Math.floor((at - Math.floor(at)) * PHASES)] as Float32Array;
    let sum = 0;
    const from = Math.max(0, -first);
    const to = Math.min(taps, samples.length - first);
    for (let tap = from; tap < to; tap++) sum += (samples[first + tap] as number) * (filter[tap] as number);
    resampled[n] = sum;
  }
  return resampled;
}

/** The filter's taps for a place `offset` after a source sample; their sum is 1. */
function filterAt(offset: number, reach: number, cutoff: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * reach }, (_, tap) => {
    const distance = tap - reach + 1 - offset;
    const sinc =
      distance === 0 ? 1 : Math.sin(2 * Math.PI * cutoff * distance) / (2 * Math.PI * cutoff * distance);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
