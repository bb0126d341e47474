import ipaddr from "ipaddr.js";

/**
 * The network that a budget by IP counts for: an IPv4 address itself, and the /64 of an IPv6 address, since whoever has
 * one address of a /64 usually has them all.
 *
 * @param ip As the server names it; IPv4 written as IPv6 counts as IPv4.
 */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}
