/** A share as a person reads it. */
export function percentOf(share: number): string {
  return `${Math.round(share * 100)} %`;
}
