const UNITS = ["B", "KiB", "MiB", "GiB"] as const;

/** Write a size: bytes below one KiB, else one decimal of the largest fitting unit, never broken over two lines. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 ? String(value) : value.toFixed(1).replace(/\.0$/, "");
  return `${text}\u00a0${UNITS[unit]}`;
}

/** Write basis points as a percentage with up to two decimals. */
export function formatBps(bps: number): string {
  return `${(bps / 100).toFixed(2).replace(/\.?0+$/, "")} %`;
}

/** Write millionths as a percentage: two digits, and never none of what is there. */
export function formatPpm(ppm: number): string {
  const percent = ppm / 10_000;
  return ppm > 0 && percent < 0.1 ? "< 0.1 %" : `${Number(percent.toFixed(percent < 10 ? 1 : 0))} %`;
}

/** Write memory in use in short: "812 MiB", "3.4 GiB". */
export function formatMemory(bytes: number): string {
  return bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)}\u00a0MiB` : formatBytes(bytes);
}

/** Write a number of any size with three digits: "0.002", "1.5", "2e-6". */
export function formatRate(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 0.0001 ? rounded.toExponential() : String(rounded);
}

/** Write a loss of millionths of a nat as nats. */
export function formatLoss(micronats: number | bigint): string {
  return (Number(micronats) / 1_000_000).toFixed(4);
}

/** Write a whole number with thousands separators. */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "a", "a and b", "a, b and c"; of many only the first three are named. */
export function listOf(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : [...names];
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** "1 file", "2 files". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
