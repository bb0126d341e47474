import type { Fingerprint } from "../assay.ts";

/** An indexed file that may be repeated. */
export interface Candidate {
  id: number;
  /** Percentage of likeness. */
  percent: number;
}

/** The fingerprints of one modality, in tables of its own, so that files like a given one are found without a scan. */
export interface PrintIndex {
  /** Index a file; `id` was never indexed before. */
  add(id: number, fingerprint: Fingerprint): void;
  /** Forget a file, since it was rejected; one that is not indexed is no error. */
  remove(id: number): void;
  /** The indexed files that count as the same, in any order; the caller picks among those that come earlier. */
  find(fingerprint: Fingerprint): Candidate[];
}
