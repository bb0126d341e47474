import { type Plane, resize } from "../../prints/plane.ts";
import type { Check } from "../check.ts";
import type { PictureSubject } from "./subject.ts";

/** Standard deviation of the noise, of 255, that hides what a picture shows (sharpened grass comes to 28), and that makes it a poor one. */
const HIDDEN = 35;
const POOR = 14;
/** Neighbours of a photograph or a texture are more alike than this at one of the two smallest sizes; random dots at none. */
const RANDOM = 0.5;
/** Dots of several pixels are flat: neighbours differ by less than this, of 255, in more than this share of them. Sand and gravel are not. */
const FLAT_STEP = 6;
const FLAT_SHARE = 0.5;
/** Sizes at which neighbours are compared: the picture's own, a half, a quarter, an eighth. */
const HALVINGS = 3;

export const noise: Check<PictureSubject> = {
  name: "noise",
  purpose: `Rejects random dots (also dots of several pixels) and pictures under noise of a standard deviation above ${HIDDEN} of 255; above ${POOR} a picture is at most fair.`,
  source:
    "Noise: Immerkær, “Fast noise variance estimation”, CVIU 1996. Random dots: correlation of neighbours at four sizes, and within dots, since natural images keep it at all sizes (Ruderman, “The statistics of natural images”, 1994).",
  reasons: ["noisy"],
  find({ grey }) {
    const deviation = noiseDeviation(grey);
    if (isRandom(grey)) {
      return { reason: "noisy", why: "The picture is random dots: neighbours have nothing in common." };
    }
    const why = `noise of ${deviation.toFixed(1)} of 255`;
    if (deviation > HIDDEN) return { reason: "noisy", why: `The picture lies under ${why}.` };
    return deviation > POOR ? { atMost: 1, why } : undefined;
  },
};

/** Standard deviation of the noise: what is left of a picture under the difference of two Laplacians. */
function noiseDeviation({ width, height, values: v }: Plane): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const corners =
        (v[at - width - 1] as number) +
        (v[at - width + 1] as number) +
        (v[at + width - 1] as number) +
        (v[at + width + 1] as number);
      const sides =
        (v[at - width] as number) + (v[at - 1] as number) + (v[at + 1] as number) + (v[at + width] as number);
      sum += Math.abs(corners - 2 * sides + 4 * (v[at] as number));
    }
  }
  return (sum * Math.sqrt(Math.PI / 2)) / (6 * Math.max(1, (width - 2) * (height - 2)));
}

/**
 * Whether neighbours are unlike at the two smallest sizes, and at the picture's own too or else hardly differ there: so they
 * are in random dots of one pixel or of several.
 */
function isRandom(grey: Plane): boolean {
  const correlations = [neighbourCorrelation(grey)];
  let plane = grey;
  for (let halving = 0; halving < HALVINGS && Math.min(plane.width, plane.height) >= 32; halving++) {
    plane = resize(plane, plane.width >> 1, plane.height >> 1);
    correlations.push(neighbourCorrelation(plane));
  }
  if (correlations.slice(-2).some((correlation) => correlation >= RANDOM)) return false;
  return (correlations[0] as number) < RANDOM || flatShare(grey) > FLAT_SHARE;
}

/** The share of pixels that are about as bright as their neighbour to the right. */
function flatShare({ width, height, values }: Plane): number {
  let flat = 0;
  for (let at = 0; at + 1 < values.length; at++) {
    const isLast = at % width === width - 1;
    if (!isLast && Math.abs((values[at] as number) - (values[at + 1] as number)) < FLAT_STEP) flat++;
  }
  return flat / Math.max(1, (width - 1) * height);
}

/** Correlation between the brightness of pixels and of their neighbours to the right and below. */
function neighbourCorrelation({ width, height, values }: Plane): number {
  let mean = 0;
  for (let at = 0; at < values.length; at++) mean += (values[at] as number) / values.length;
  let variance = 0;
  let covariance = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      const value = (values[at] as number) - mean;
      variance += value * value;
      covariance += value * (((values[at + 1] as number) + (values[at + width] as number)) / 2 - mean);
    }
  }
  return variance === 0 ? 1 : covariance / variance;
}
