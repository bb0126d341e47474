/** What a mutant is, and how a source holds many of them at once. */
import type { Range } from "./ast.ts";

/** One small fault. */
export interface Mutant {
  id: number;
  file: string;
  line: number;
  /** The function or constant it is in. */
  within: string;
  /** The whole line. */
  code: string;
  operator: string;
  original: string;
  mutated: string;
  /** Where, in bytes from the beginning of the file. */
  start: number;
  end: number;
}

/** A text that stands for another one when its mutant is the one that is switched on. */
export interface Alternative {
  id: number;
  text: string;
}

/** A place of a source that some mutants change. */
export type Edit = Range &
  (
    | { kind: "expression"; alternatives: Alternative[]; original?: string }
    | { kind: "statement"; id: number }
    /** A call of a Yul function; the alternatives speak of its arguments as x and y. */
    | { kind: "yulCall"; callee: string; arguments: Range[]; alternatives: Alternative[] }
    /** Any Yul expression; the alternatives speak of its value as x. */
    | { kind: "yulValue"; alternatives: Alternative[] }
    | { kind: "yulStatement"; id: number }
    /** An assembly statement that holds such places; its body begins at `body`. */
    | { kind: "assembly"; body: number }
    /** Other text. */
    | { kind: "insertion"; text: string }
  );

/** The library that is never deployed: what its address is linked to says which mutant is on. */
export const switchFile = "contracts/MutantSwitch.sol";
export const switchSource = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;
library MutantSwitch {
    function unused() external {}
}
`;
/** The number of the mutant that is on; free of state, and constant for the compiler. */
export const switchNumber = "uint160(address(MutantSwitch))";
export const isOn = (id: number) => `${switchNumber} == ${id}`;
