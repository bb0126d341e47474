/** Points of the Fourier transform that a frame of sound is analysed with. */
export const FRAME = 1024;

const window = Float64Array.from(
  { length: FRAME },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (FRAME - 1)),
);

/** The power of each frequency of a frame (radix-2 Fourier transform under a Hann window). */
export function powerSpectrum(samples: Float32Array, from: number): Float64Array {
  const real = new Float64Array(FRAME);
  const imaginary = new Float64Array(FRAME);
  for (let n = 0; n < FRAME; n++) real[reversed(n)] = (samples[from + n] ?? 0) * (window[n] ?? 0);
  for (let size = 2; size <= FRAME; size *= 2) butterflies(real, imaginary, size);
  return Float64Array.from({ length: FRAME / 2 }, (_, k) => (real[k] ?? 0) ** 2 + (imaginary[k] ?? 0) ** 2);
}

function butterflies(real: Float64Array, imaginary: Float64Array, size: number): void {
  const half = size / 2;
  for (let k = 0; k < half; k++) {
    const cos = Math.cos((2 * Math.PI * k) / size);
    const sin = -Math.sin((2 * Math.PI * k) / size);
    for (let start = k; start < FRAME; start += size) {
      const end = start + half;
      const re = (real[end] ?? 0) * cos - (imaginary[end] ?? 0) * sin;
      const im = (real[end] ?? 0) * sin + (imaginary[end] ?? 0) * cos;
      real[end] = (real[start] ?? 0) - re;
      imaginary[end] = (imaginary[start] ?? 0) - im;
      real[start] = (real[start] ?? 0) + re;
      imaginary[start] = (imaginary[start] ?? 0) + im;
    }
  }
}

function reversed(n: number): number {
  let result = 0;
  for (let bit = 1, value = n; bit < FRAME; bit *= 2, value >>= 1) result = (result << 1) | (value & 1);
  return result;
}
