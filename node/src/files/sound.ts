import { junkBytes } from "./mpeg.ts";
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
const MAX_SECONDS = 60 * 60;
/** Samples of all channels: an hour at 44.1 kHz on one channel. */
const MAX_SAMPLES = 160_000_000;
/** At fewer samples a second nothing can be heard, and no sound card takes more. */
const LEAST_SAMPLE_RATE = 1_000;
const HIGHEST_SAMPLE_RATE = 384_000;
/** Bytes of an MP3 file that may be neither sound nor tag: a share of it, and a rest that broken tags leave. */
const JUNK_SHARE = 0.05;
const JUNK_BYTES = 4_096;

const BLOCK = 65_536;

/** Decode a whole WAV, MP3 or FLAC file, handing its samples to `sink` block by block. Throws a Refusal when it is damaged. */
export async function decodeSound(
  bytes: Buffer,
  mediaType: string,
  sink: SampleSink = () => {},
): Promise<Sound> {
  try {
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
  checkLength(samples, wave.sampleRate, wave.channels);
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
  if (mediaType === "audio/mpeg") {
    const junk = junkBytes(bytes);
    if (junk > JUNK_BYTES && junk > JUNK_SHARE * bytes.length)
      throw new Refusal("hidden-content", `${junk} bytes of the file are neither sound nor tags.`);
  }
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
    checkLength(samples, sampleRate, channels);
    sink(decoded.channelData, sampleRate);
  };
  try {
    for (let at = 0; at < bytes.length; at += BLOCK)
      take(await decoder.decode(bytes.subarray(at, at + BLOCK)));
    if (decoder.flush !== undefined) take(await decoder.flush());
  } finally {
    decoder.free();
  }
  // The length that a FLAC file states is exact; zero where its writer did not know it.
  const stated =
    mediaType === "audio/flac" ? Math.round((format.duration ?? 0) * (format.sampleRate ?? 0)) : 0;
  if (samples < stated) {
    throw new Refusal("unreadable", `The sound is cut off: ${samples} of ${stated} samples are there.`);
  }
  if (samples === 0) throw new Refusal("unreadable", "No sound could be decoded from the file.");
  return { sampleRate, channels, samples, durationSeconds: samples / sampleRate };
}

function checkLength(samples: number, sampleRate: number, channels: number): void {
  if (sampleRate < LEAST_SAMPLE_RATE) {
    throw new Refusal("low-sample-rate", `The sound has ${sampleRate} samples a second.`);
  }
  if (sampleRate > HIGHEST_SAMPLE_RATE) {
    throw new Refusal("unreadable", `The sound states ${sampleRate} samples a second.`);
  }
  if (samples > MAX_SECONDS * sampleRate || samples * channels > MAX_SAMPLES) {
    const minutes = Math.floor(Math.min(MAX_SECONDS, MAX_SAMPLES / channels / sampleRate) / 60);
    throw new Refusal("too-long", `The sound is longer than ${minutes} minutes.`);
  }
}
