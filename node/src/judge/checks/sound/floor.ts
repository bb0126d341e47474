/** What is always there in a recording, under everything else. */
export interface Floor {
  /** Decibels by which the recording as a whole is above what is always there. */
  signalToNoise: number;
  /** From 0 (one tone) to 1 (all frequencies alike): how evenly what is always there is spread over the bands. */
  flatness: number;
}

/** The share of frames in which a band may be quieter than its floor. */
const QUIETEST = 0.1;

/**
 * The noise under a recording, by minimum statistics: a band is quietest when nothing but noise is in it (Martin, “Noise
 * power spectral density estimation based on optimal smoothing and minimum statistics”, IEEE TSAP 2001).
 *
 * @param bands Powers by frame and band.
 */
export function floorOf(bands: readonly Float64Array[]): Floor | undefined {
  const count = bands[0]?.length ?? 0;
  if (bands.length < 4) return undefined;
  let whole = 0;
  let noise = 0;
  let logs = 0;
  for (let band = 0; band < count; band++) {
    const powers = Float64Array.from(bands, (frame) => frame[band] as number).sort();
    const quiet = powers[Math.floor(QUIETEST * powers.length)] as number;
    whole += powers.reduce((total, power) => total + power, 0) / powers.length;
    noise += quiet;
    logs += Math.log(quiet + 1e-12);
  }
  return {
    signalToNoise: 10 * Math.log10(Math.max(1e-3, (whole - noise) / (noise + 1e-12))),
    flatness: Math.exp(logs / count) / (noise / count + 1e-12),
  };
}
