/** Grades of items in order: 0 reject, 1 fair, 2 good, 3 excellent. */
export type GradeList = readonly number[];

export function unpack(word: bigint, items: number): number[] {
  return Array.from({ length: items }, (_, item) => Number((word >> BigInt(2 * item)) & 3n));
}

export function pack(grades: GradeList): bigint {
  return grades.reduce((word, grade, item) => word | (BigInt(grade) << BigInt(2 * item)), 0n);
}

/** The lower median: of an even number of grades, the lower one of the two in the middle. */
export function lowerMedian(grades: GradeList): number {
  const sorted = [...grades].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

/** Whether a vote on one item contradicts the verdict: acceptance differs, or two grades apart. */
export function contradicts(vote: number, verdict: number): boolean {
  const acceptance = vote > 0 !== verdict > 0;
  return acceptance || Math.abs(vote - verdict) >= 2;
}

export const pointsOf = (grades: GradeList) => grades.reduce((total, grade) => total + grade, 0);
export const acceptedOf = (grades: GradeList) => grades.filter((grade) => grade > 0).length;
