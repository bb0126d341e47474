/**
 * The powers of a frame's frequencies under a Hann window, by a radix-2 Fourier transform of half the length (the frame's
 * even samples as real, its odd ones as imaginary parts: Press et al., "Numerical Recipes", section 12.3).
 */
export class Spectrum {
  readonly #size: number;
  readonly #half: number;
  readonly #window: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;

  /** @param size Samples of a frame, a power of two. */
  constructor(size: number) {
    this.#size = size;
    this.#half = size / 2;
    this.#window = Float64Array.from(
      { length: size },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size),
    );
    this.#cos = Float64Array.from({ length: size }, (_, n) => Math.cos((2 * Math.PI * n) / size));
    this.#sin = Float64Array.from({ length: size }, (_, n) => -Math.sin((2 * Math.PI * n) / size));
    this.#reversed = new Uint32Array(this.#half);
    for (let n = 1; n < this.#half; n++) {
      this.#reversed[n] = ((this.#reversed[n >> 1] as number) >> 1) | (n & 1 ? this.#half >> 1 : 0);
    }
    this.#real = new Float64Array(this.#half);
    this.#imaginary = new Float64Array(this.#half);
  }

  /**
   * Write the powers of frequencies 0 to size / 2 - 1 of the frame that begins at `from` into `powers`; samples outside
   * of the recording count as silence.
   */
  powers(samples: Float32Array, from: number, powers: Float64Array): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    for (let n = 0; n < this.#half; n++) {
      const to = this.#reversed[n] as number;
      real[to] = (samples[from + 2 * n] ?? 0) * (this.#window[2 * n] as number);
      imaginary[to] = (samples[from + 2 * n + 1] ?? 0) * (this.#window[2 * n + 1] as number);
    }
    for (let size = 2; size <= this.#half; size *= 2) this.#butterflies(size);
    powers[0] = ((real[0] as number) + (imaginary[0] as number)) ** 2;
    for (let k = 1; k < this.#half; k++) {
      const other = this.#half - k;
      const evenReal = ((real[k] as number) + (real[other] as number)) / 2;
      const evenImaginary = ((imaginary[k] as number) - (imaginary[other] as number)) / 2;
      const oddReal = ((imaginary[k] as number) + (imaginary[other] as number)) / 2;
      const oddImaginary = ((real[other] as number) - (real[k] as number)) / 2;
      const [cos, sin] = [this.#cos[k] as number, this.#sin[k] as number];
      const re = evenReal + oddReal * cos - oddImaginary * sin;
      const im = evenImaginary + oddReal * sin + oddImaginary * cos;
      powers[k] = re * re + im * im;
    }
  }

  #butterflies(size: number): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const span = size / 2;
    const stride = this.#size / size;
    for (let k = 0; k < span; k++) {
      const cos = this.#cos[k * stride] as number;
      const sin = this.#sin[k * stride] as number;
      for (let start = k; start < this.#half; start += size) {
        const end = start + span;
        const re = (real[end] as number) * cos - (imaginary[end] as number) * sin;
        const im = (real[end] as number) * sin + (imaginary[end] as number) * cos;
        real[end] = (real[start] as number) - re;
        imaginary[end] = (imaginary[start] as number) - im;
        real[start] = (real[start] as number) + re;
        imaginary[start] = (imaginary[start] as number) + im;
      }
    }
  }
}
