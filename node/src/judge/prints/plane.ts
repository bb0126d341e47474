/** One number a pixel, rows from the top: the brightness of a picture, or anything made of it. */
export interface Plane {
  width: number;
  height: number;
  values: Float32Array;
}

/** Contributions of source samples to one target sample: weights of `from`, `from + 1`, … */
interface Taps {
  from: number;
  weights: Float32Array;
}

/**
 * A plane of another size, by a triangle filter as wide as the step between target pixels: an average where it shrinks,
 * linear interpolation where it grows.
 */
export function resize(plane: Plane, width: number, height: number): Plane {
  const columns = tapsOf(plane.width, width);
  const rows = tapsOf(plane.height, height);
  const narrow = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    const line = y * plane.width;
    for (let x = 0; x < width; x++) {
      const { from, weights } = columns[x] as Taps;
      let sum = 0;
      for (let n = 0; n < weights.length; n++)
        sum += (plane.values[line + from + n] as number) * (weights[n] as number);
      narrow[y * width + x] = sum;
    }
  }
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { from, weights } = rows[y] as Taps;
    for (let n = 0; n < weights.length; n++) {
      const weight = weights[n] as number;
      const line = (from + n) * width;
      for (let x = 0; x < width; x++) {
        values[y * width + x] = (values[y * width + x] as number) + weight * (narrow[line + x] as number);
      }
    }
  }
  return { width, height, values };
}

function tapsOf(sourceLength: number, targetLength: number): Taps[] {
  const step = sourceLength / targetLength;
  const reach = Math.max(1, step);
  return Array.from({ length: targetLength }, (_, target) => {
    const centre = (target + 0.5) * step - 0.5;
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(sourceLength - 1, Math.floor(centre + reach));
    const weights = Float32Array.from({ length: to - from + 1 }, (_tap, n) =>
      Math.max(1e-6, 1 - Math.abs(from + n - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * A plane blurred by a Gaussian of standard deviation `sigma` in pixels, as three running averages, which come close to
 * one (Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters", IEEE PAMI 1986).
 */
export function blur(plane: Plane, sigma: number): Plane {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  const { width, height } = plane;
  const rows = new Float32Array(width * height);
  const values = new Float32Array(width * height);
  averageRows(plane.values, rows, width, height, radius);
  averageColumns(rows, values, width, height, radius);
  for (let pass = 1; pass < 3; pass++) {
    averageRows(values, rows, width, height, radius);
    averageColumns(rows, values, width, height, radius);
  }
  return { width, height, values };
}

function averageRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
): void {
  const share = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const line = y * width;
    const last = line + width - 1;
    const [first, end] = [from[line] as number, from[last] as number];
    let sum = first * (radius + 1);
    for (let n = 0; n < radius; n++) sum += line + n <= last ? (from[line + n] as number) : end;
    for (let x = 0; x < width; x++) {
      const [enters, leaves] = [line + x + radius, line + x - radius - 1];
      sum += enters <= last ? (from[enters] as number) : end;
      sum -= leaves >= line ? (from[leaves] as number) : first;
      to[line + x] = sum * share;
    }
  }
}

function averageColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
): void {
  const share = 1 / (2 * radius + 1);
  const sums = new Float32Array(width);
  const row = (y: number): number => Math.max(0, Math.min(height - 1, y)) * width;
  for (let y = -radius - 1; y < radius; y++) {
    const line = row(y);
    for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + (from[line + x] as number);
  }
  for (let y = 0; y < height; y++) {
    const [enters, leaves] = [row(y + radius), row(y - radius - 1)];
    for (let x = 0; x < width; x++) {
      const sum = (sums[x] as number) + (from[enters + x] as number) - (from[leaves + x] as number);
      sums[x] = sum;
      to[y * width + x] = sum * share;
    }
  }
}
