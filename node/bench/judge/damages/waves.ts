import { Mp3Encoder } from "@breezystack/lamejs";
import { decodeRecording } from "../../../src/files/recording.ts";
import type { GoodFile } from "../corpus.ts";

/** Samples of one channel between -1 and 1, or of two. */
export interface Wave {
  channels: Float32Array[];
  sampleRate: number;
}

/** The first channel of a good sound. */
export async function waveOf({
  name,
  bytes,
}: GoodFile): Promise<{ samples: Float32Array; sampleRate: number }> {
  const { kept, sampleRate } = await decodeRecording(
    bytes,
    name.endsWith(".flac") ? "audio/flac" : "audio/wav",
  );
  return { samples: kept[0] ?? new Float32Array(0), sampleRate };
}

/** Samples as a WAV file of 16 bits. */
export function wavOf({ channels, sampleRate }: Wave): Buffer {
  const [first = new Float32Array(0)] = channels;
  const frameBytes = 2 * channels.length;
  const bytes = Buffer.alloc(44 + frameBytes * first.length);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * frameBytes, 28);
  bytes.writeUInt16LE(frameBytes, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(frameBytes * first.length, 40);
  for (const [channel, samples] of channels.entries()) {
    for (const [at, sample] of samples.entries()) {
      bytes.writeInt16LE(sixteenBits(sample), 44 + frameBytes * at + 2 * channel);
    }
  }
  return bytes;
}

/** Samples as an MP3 file (LAME). */
export function mp3Of(
  { channels: [samples = new Float32Array(0)], sampleRate }: Wave,
  kilobits: number,
): Buffer {
  const encoder = new Mp3Encoder(1, sampleRate, kilobits);
  const whole = Int16Array.from(samples, sixteenBits);
  const parts: Buffer[] = [];
  for (let at = 0; at < whole.length; at += 1152) {
    parts.push(Buffer.from(encoder.encodeBuffer(whole.subarray(at, at + 1152))));
  }
  return Buffer.concat([...parts, Buffer.from(encoder.flush())]);
}

/** Samples as a FLAC file (libFLAC); the library is loaded at the first use because it is large. */
export async function flacOf({ channels, sampleRate }: Wave): Promise<Buffer> {
  const { default: load } = await import("libflacjs");
  const { Encoder } = await import("libflacjs/lib/encoder.js");
  const library = load();
  if (!library.isReady()) await new Promise((resolve) => library.on("ready", resolve));
  const encoder = new Encoder(library, {
    sampleRate,
    channels: channels.length,
    bitsPerSample: 16,
    compression: 5,
  });
  encoder.encode(channels.map((samples) => Int32Array.from(samples, sixteenBits)));
  encoder.encode();
  const bytes = Buffer.from(encoder.getSamples());
  encoder.destroy();
  return bytes;
}

function sixteenBits(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(32_767 * sample)));
}
