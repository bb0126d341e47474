import type { Picture } from "../../../files/pictures.ts";
import { type Plane, resize } from "../../prints/plane.ts";

/** Colours are told apart by this many steps a channel when it is asked which one fills a picture. */
const COLOUR_STEPS = 32;

/** What the checks of a picture look at: everything is taken from pixels that were decoded once. */
export class PictureSubject {
  readonly picture: Picture;
  /** Brightness of the decoded copy (ITU-R BT.601), 0 to 255. */
  readonly grey: Plane;
  #half: Plane | undefined;
  #brightness: Uint32Array | undefined;

  constructor(picture: Picture) {
    this.picture = picture;
    const { width, height, data } = picture.pixels;
    const values = new Float32Array(width * height);
    for (let at = 0, from = 0; at < values.length; at++, from += 3) {
      values[at] =
        0.299 * (data[from] as number) +
        0.587 * (data[from + 1] as number) +
        0.114 * (data[from + 2] as number);
    }
    this.grey = { width, height, values };
  }

  /** The brightness at half the size. */
  get half(): Plane {
    const { width, height } = this.grey;
    this.#half ??= resize(this.grey, Math.ceil(width / 2), Math.ceil(height / 2));
    return this.#half;
  }

  /** The brightness below which a share of the pixels lies, 0 to 255. */
  brightnessBelow(share: number): number {
    this.#brightness ??= this.#countBrightness();
    let left = share * this.grey.values.length;
    for (const [brightness, count] of this.#brightness.entries()) {
      left -= count;
      if (left <= 0) return brightness;
    }
    return 255;
  }

  #countBrightness(): Uint32Array {
    const counts = new Uint32Array(256);
    for (const value of this.grey.values) {
      const brightness = Math.min(255, Math.round(value));
      counts[brightness] = (counts[brightness] as number) + 1;
    }
    return counts;
  }

  /** The share of pixels whose colour is the most frequent one, or next to it in all three channels. */
  mainColourShare(): number {
    const { data } = this.picture.pixels;
    const shift = Math.log2(256 / COLOUR_STEPS);
    const counts = new Uint32Array(COLOUR_STEPS ** 3);
    for (let at = 0; at < data.length; at += 3) {
      const colour =
        (((data[at] as number) >> shift) * COLOUR_STEPS + ((data[at + 1] as number) >> shift)) *
          COLOUR_STEPS +
        ((data[at + 2] as number) >> shift);
      counts[colour] = (counts[colour] as number) + 1;
    }
    let main = 0;
    for (let colour = 0; colour < counts.length; colour++) {
      if ((counts[colour] as number) > (counts[main] as number)) main = colour;
    }
    let pixels = 0;
    const [red, green, blue] = [main / COLOUR_STEPS ** 2, main / COLOUR_STEPS, main].map(
      (value) => Math.floor(value) % COLOUR_STEPS,
    ) as [number, number, number];
    for (let r = Math.max(0, red - 1); r <= Math.min(COLOUR_STEPS - 1, red + 1); r++) {
      for (let g = Math.max(0, green - 1); g <= Math.min(COLOUR_STEPS - 1, green + 1); g++) {
        for (let b = Math.max(0, blue - 1); b <= Math.min(COLOUR_STEPS - 1, blue + 1); b++) {
          pixels += counts[(r * COLOUR_STEPS + g) * COLOUR_STEPS + b] as number;
        }
      }
    }
    return (3 * pixels) / data.length;
  }
}
