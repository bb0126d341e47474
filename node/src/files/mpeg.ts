/** Bit rates in kbit/s of layer III: of MPEG 1, and of MPEG 2 and 2.5. ISO 11172-3, ISO 13818-3. */
const BIT_RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BIT_RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/**
 * Bytes of an MP3 file that are neither sound nor tags. Decoders skip them without a word, so that a file of any bytes
 * with one frame of sound in it would pass for a recording.
 */
export function junkBytes(bytes: Buffer): number {
  let junk = 0;
  let at = tagBytes(bytes);
  const end = bytes.length - trailingTagBytes(bytes);
  while (at < end) {
    const frame = frameBytes(bytes, at);
    // A frame counts when another one, or the end, follows it: two bytes look like a header everywhere.
    if (frame > 0 && (at + frame >= end || frameBytes(bytes, at + frame) > 0)) at += frame;
    else {
      if (bytes[at] !== 0) junk++;
      at++;
    }
  }
  return junk;
}

/** Length of the frame of layer III whose header stands at `at`; 0 when none does. */
function frameBytes(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length || bytes[at] !== 0xff) return 0;
  const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
  const version = (second >> 3) & 3;
  if ((second & 0xe0) !== 0xe0 || version === 1 || ((second >> 1) & 3) !== 1) return 0;
  const isFirst = version === 3;
  const kilobits = (isFirst ? BIT_RATES_1 : BIT_RATES_2)[third >> 4] ?? 0;
  const sampleRate = SAMPLE_RATES[(third >> 2) & 3];
  if (kilobits === 0 || sampleRate === undefined) return 0;
  const divided = isFirst ? sampleRate : sampleRate / (version === 2 ? 2 : 4);
  return Math.floor(((isFirst ? 144_000 : 72_000) * kilobits) / divided) + ((third >> 1) & 1);
}

/** Length of the ID3v2 tag at the beginning: its size is written in four groups of seven bits. */
function tagBytes(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "ID3") return 0;
  const size = bytes.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  const hasFooter = ((bytes[5] ?? 0) & 0x10) !== 0;
  return Math.min(bytes.length, 10 + size + (hasFooter ? 10 : 0));
}

/** Length of the tags at the end: ID3v1 (128 bytes) and APE. */
function trailingTagBytes(bytes: Buffer): number {
  let length = bytes.toString("latin1", bytes.length - 128, bytes.length - 125) === "TAG" ? 128 : 0;
  const footer = bytes.length - length - 32;
  if (footer >= 0 && bytes.toString("latin1", footer, footer + 8) === "APETAGEX") {
    const hasHeader = (bytes.readUInt32LE(footer + 20) & 0x80000000) !== 0;
    length += bytes.readUInt32LE(footer + 12) + (hasHeader ? 32 : 0);
  }
  return Math.min(bytes.length, length);
}
