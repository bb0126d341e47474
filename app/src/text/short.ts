/** Shorten an address or digest in the middle; the whole stands in the element's title. */
export function short(hex: string, lead = 6, tail = 4): string {
  return hex.length <= lead + tail + 2 ? hex : `${hex.slice(0, lead)}…${hex.slice(-tail)}`;
}
