import { Refusal } from "./refusal.ts";

/** How the samples of a WAV file lie in its bytes. */
export interface Wave {
  sampleRate: number;
  channels: number;
  bits: number;
  float: boolean;
  dataStart: number;
  dataBytes: number;
}

/** The chunk "fmt " as it stands in the file. */
interface WaveFormat {
  kind: number;
  channels: number;
  sampleRate: number;
  frameBytes: number;
  bits: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Find the format and the samples of a WAV file. Throws a Refusal for damaged and for compressed ones. */
export function parseWave(bytes: Buffer): Wave {
  let at = 12;
  let format: WaveFormat | undefined;
  while (at + 8 <= bytes.length) {
    const name = bytes.toString("latin1", at, at + 4);
    const chunkBytes = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "fmt " && start + 16 <= bytes.length) {
      const kind = bytes.readUInt16LE(start);
      format = {
        // The real format of an extensible header stands in the first two bytes of its sub-format.
        kind: kind === EXTENSIBLE && start + 26 <= bytes.length ? bytes.readUInt16LE(start + 24) : kind,
        channels: bytes.readUInt16LE(start + 2),
        sampleRate: bytes.readUInt32LE(start + 4),
        frameBytes: bytes.readUInt16LE(start + 12),
        bits: bytes.readUInt16LE(start + 14),
      };
    }
    if (name === "data") return waveOf(format, start, chunkBytes, bytes.length);
    at = start + chunkBytes + (chunkBytes % 2);
  }
  throw new Refusal("unreadable", "The WAV file holds no samples.");
}

function waveOf(
  format: WaveFormat | undefined,
  dataStart: number,
  dataBytes: number,
  fileBytes: number,
): Wave {
  if (format === undefined) throw new Refusal("unreadable", "The WAV file's format is missing.");
  const { kind, channels, sampleRate, frameBytes, bits } = format;
  const float = kind === FLOAT;
  if (!(kind === PCM && [8, 16, 24, 32].includes(bits)) && !(float && [32, 64].includes(bits))) {
    throw new Refusal("unreadable", "The WAV file is compressed. Save it as PCM, or as FLAC.");
  }
  if (channels < 1 || channels > 8 || sampleRate < 1) {
    throw new Refusal("unreadable", `The WAV file states ${channels} channels at ${sampleRate} Hz.`);
  }
  if (frameBytes !== (channels * bits) / 8) {
    throw new Refusal(
      "unreadable",
      `The WAV file states ${frameBytes} bytes for ${channels} samples of ${bits} bits.`,
    );
  }
  if (dataStart + dataBytes > fileBytes) {
    throw new Refusal(
      "unreadable",
      `The WAV file is cut off: ${dataStart + dataBytes - fileBytes} bytes are missing.`,
    );
  }
  return { sampleRate, channels, bits, float, dataStart, dataBytes };
}

/** The samples of frames [from, to) of each channel, between -1 and 1. */
export function waveSamples(bytes: Buffer, wave: Wave, from: number, to: number): Float32Array[] {
  const sampleBytes = wave.bits / 8;
  const frameBytes = sampleBytes * wave.channels;
  const channels = Array.from({ length: wave.channels }, () => new Float32Array(to - from));
  for (let frame = from; frame < to; frame++) {
    const at = wave.dataStart + frame * frameBytes;
    for (const [channel, samples] of channels.entries()) {
      samples[frame - from] = sampleAt(bytes, wave, at + channel * sampleBytes);
    }
  }
  return channels;
}

function sampleAt(bytes: Buffer, wave: Wave, at: number): number {
  if (wave.float) return wave.bits === 32 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at);
  switch (wave.bits) {
    case 8:
      return ((bytes[at] ?? 128) - 128) / 128;
    case 16:
      return bytes.readInt16LE(at) / 32_768;
    case 24:
      return bytes.readIntLE(at, 3) / 8_388_608;
    default:
      return bytes.readInt32LE(at) / 2_147_483_648;
  }
}
