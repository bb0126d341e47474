import { decodeSound, type Sound } from "./sound.ts";

/** What is kept of a long recording: what is heard in its first five minutes tells what it is of. */
const KEPT_SECONDS = 300;
/** Samples of all channels that are kept at most. */
const KEPT_SAMPLES = 32_000_000;
/** Channels that are kept; more than two differ in direction, not in content. */
const KEPT_CHANNELS = 2;
/** A block of 20 ms below this level (of full scale, about -54 dB) counts as silence. */
const BLOCKS_A_SECOND = 50;
const SILENCE = 0.002;

/** A sound that was decoded once, for everybody who listens to it. */
export interface Recording extends Sound {
  /** Samples between -1 and 1 of the first channels, for the first five minutes. */
  kept: Float32Array[];
  /** The share of the whole recording that is not silence. */
  activeShare: number;
}

/**
 * Decode every sample of a WAV, MP3 or FLAC file and keep the beginning.
 *
 * @throws {Refusal} when it is damaged, cut off, or too long.
 */
export async function decodeRecording(bytes: Buffer, mediaType: string): Promise<Recording> {
  const parts: Float32Array[][] = [];
  let keptSamples = 0;
  let blocks = 0;
  let active = 0;
  const sound = await decodeSound(bytes, mediaType, (channels, sampleRate) => {
    const [first = new Float32Array(0)] = channels;
    const block = Math.max(1, Math.round(sampleRate / BLOCKS_A_SECOND));
    for (let at = 0; at < first.length; at += block) {
      blocks++;
      if (channels.some((channel) => level(channel, at, Math.min(first.length, at + block)) > SILENCE))
        active++;
    }
    const most = Math.min(KEPT_SECONDS * sampleRate, KEPT_SAMPLES / Math.min(channels.length, KEPT_CHANNELS));
    const room = Math.min(first.length, most - keptSamples);
    if (room <= 0) return;
    // Decoders may use their memory again.
    parts.push(channels.slice(0, KEPT_CHANNELS).map((channel) => channel.slice(0, room)));
    keptSamples += room;
  });
  const kept = (parts[0] ?? []).map((_, channel) => join(parts.map((part) => part[channel] as Float32Array)));
  return { ...sound, kept, activeShare: blocks === 0 ? 0 : active / blocks };
}

/** Root mean square of the samples [from, to). */
function level(samples: Float32Array, from: number, to: number): number {
  let squares = 0;
  for (let at = from; at < to; at++) squares += (samples[at] as number) ** 2;
  return Math.sqrt(squares / (to - from));
}

function join(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
