import { readFile } from "node:fs/promises";
import { Refusal, sentenceOf } from "./refusal.ts";
import { parseWave, waveSamples } from "./wave.ts";

/** What decoding a sound told about it. */
export interface Sound {
  sampleRate: number;
  channels: number;
  /** Samples of one channel that were decoded. */
  samples: number;
  durationSeconds: number;
}

/** Takes the next samples of every channel, between -1 and 1. */
export type SampleSink = (channels: Float32Array[], sampleRate: number) => void;

/** Longer sounds are refused: ten megabytes of compressed silence can last for days. */
const MAX_SECONDS = 2 * 60 * 60;

const BLOCK = 65_536;

/** Decode a whole WAV, MP3 or FLAC file, handing its samples to `sink` block by block. Throws a Refusal when it is damaged. */
export async function decodeSound(
  path: string,
  mediaType: string,
  sink: SampleSink = () => {},
): Promise<Sound> {
  try {
    const bytes = await readFile(path);
    const sound =
      mediaType === "audio/wav" ? decodeWave(bytes, sink) : await decodeStream(bytes, mediaType, sink);
    if (sound.samples === 0) throw new Refusal("empty", "The sound holds no samples.");
    return sound;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("unreadable", `The sound cannot be decoded: ${sentenceOf(error)}`);
  }
}

function decodeWave(bytes: Buffer, sink: SampleSink): Sound {
  const wave = parseWave(bytes);
  const samples = Math.floor(wave.dataBytes / (wave.channels * (wave.bits / 8)));
  checkDuration(samples, wave.sampleRate);
  for (let from = 0; from < samples; from += BLOCK) {
    sink(waveSamples(bytes, wave, from, Math.min(samples, from + BLOCK)), wave.sampleRate);
  }
  return { ...wave, samples, durationSeconds: samples / wave.sampleRate };
}

interface Decoded {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
  errors: { message: string }[];
}

interface Decoder {
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush?(): Promise<Decoded>;
  free(): void;
}

async function openDecoder(mediaType: string): Promise<Decoder> {
  if (mediaType === "audio/flac") {
    const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
    const decoder = new FLACDecoder();
    await decoder.ready;
    return decoder;
  }
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return decoder;
}

async function decodeStream(bytes: Buffer, mediaType: string, sink: SampleSink): Promise<Sound> {
  const { parseBuffer } = await import("music-metadata");
  const { format } = await parseBuffer(bytes, { mimeType: mediaType }, { skipCovers: true });
  const decoder = await openDecoder(mediaType);
  let samples = 0;
  let sampleRate = 0;
  let channels = 0;
  const take = (decoded: Decoded): void => {
    const error = decoded.errors[0];
    if (error !== undefined) throw new Refusal("unreadable", `The sound is damaged: ${error.message}.`);
    if (decoded.samplesDecoded === 0) return;
    samples += decoded.samplesDecoded;
    sampleRate = decoded.sampleRate;
    channels = decoded.channelData.length;
    checkDuration(samples, sampleRate);
    sink(decoded.channelData, sampleRate);
  };
  try {
    for (let at = 0; at < bytes.length; at += BLOCK)
      take(await decoder.decode(bytes.subarray(at, at + BLOCK)));
    if (decoder.flush !== undefined) take(await decoder.flush());
  } finally {
    decoder.free();
  }
  const stated = mediaType === "audio/flac" ? format.numberOfSamples : undefined;
  if (stated !== undefined && samples < stated) {
    throw new Refusal("unreadable", `The sound is cut off: ${samples} of ${stated} samples are there.`);
  }
  if (samples === 0) throw new Refusal("unreadable", "No sound could be decoded from the file.");
  return { sampleRate, channels, samples, durationSeconds: samples / sampleRate };
}

function checkDuration(samples: number, sampleRate: number): void {
  if (samples > MAX_SECONDS * sampleRate)
    throw new Refusal("too-large", "The sound is longer than two hours.");
}
