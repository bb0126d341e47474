/** Write a number of seconds as the two largest fitting units: "3 min 5 s", "2 h 10 min", "4 d 1 h". */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(whole, 60, "min", 1, "s");
  if (whole < 86_400) return joined(whole, 3600, "h", 60, "min");
  return joined(whole, 86_400, "d", 3600, "h");
}

function joined(whole: number, large: number, largeName: string, small: number, smallName: string): string {
  const major = Math.floor(whole / large);
  const minor = Math.floor((whole - major * large) / small);
  return minor > 0 ? `${major} ${largeName} ${minor} ${smallName}` : `${major} ${largeName}`;
}

/** Write the distance between a moment and now, both in seconds of chain time: "in 12 s", "3 min ago". */
export function formatDistance(at: number, now: number): string {
  const seconds = at - now;
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `in ${formatSeconds(seconds)}` : `${formatSeconds(-seconds)} ago`;
}

/** Write a moment of chain time in the reader's own time zone. */
export function formatMoment(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
