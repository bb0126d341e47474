/** Puts a report of itself into every statement and every branch of the contracts. */
import { childrenOf, rangeOf, walk } from "../mutation/ast.ts";
import type { Node } from "../mutation/compiler.ts";

/** A line that runs, or one way out of a condition. */
export interface Spot {
  file: string;
  line: number;
  kind: "line" | "branch";
  /** The condition, and which way out of it. */
  what: string;
}

/** Reports by a call that the test runner takes note of. */
export const hitsFile = "contracts/CoverageHits.sol";
export const hitsSource = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;
library CoverageHits {
    address constant LISTENER = 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE;
    function send(uint256 id) private view {
        address listener = LISTENER;
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, id)
            pop(staticcall(gas(), listener, at, 32, 0, 0))
        }
    }
    function asPure(function(uint256) internal view from) private pure returns (function(uint256) internal pure to) {
        assembly { to := from }
    }
    function line(uint256 id) internal pure { asPure(send)(id); }
    function branch(uint256 id, bool condition) internal pure returns (bool) {
        asPure(send)(condition ? id : id + 1);
        return condition;
    }
    function many(uint256 id, uint256 hits) internal pure {
        for (; hits != 0; hits >>= 1) { if (hits & 1 != 0) line(id); ++id; }
    }
}
`;

interface Insertion {
  at: number;
  length: number;
  text: string;
}

const statements = /Statement$|^Return$|^InlineAssembly$|^Break$|^Continue$/;

/** A file's text with its reports; its spots are added to `spots`, whose places are their numbers. */
export function instrument(file: string, text: string, tree: Node, spots: Spot[]): string {
  const insertions: Insertion[] = [];
  const insert = (at: number, written: string, length = 0) => insertions.push({ at, length, text: written });
  const shown = (node: Node) => text.slice(rangeOf(node).start, rangeOf(node).end).replaceAll(/\s+/g, " ");
  const lineOf = (node: Node) => text.slice(0, rangeOf(node).start).split("\n").length;
  const add = (node: Node, kind: Spot["kind"], what: string) =>
    spots.push({ file, line: lineOf(node), kind, what }) - 1;

  function condition(node: Node): void {
    const id = add(node, "branch", `${shown(node)} is true`);
    add(node, "branch", `${shown(node)} is false`);
    const { start, end } = rangeOf(node);
    insert(start, `CoverageHits.branch(${id}, `);
    insert(end, ")");
  }

  /** Where a statement ends, with its semicolon. */
  function endOf(node: Node): number {
    if (node.nodeType === "IfStatement") return endOf(node.falseBody ?? node.trueBody);
    if (["ForStatement", "WhileStatement"].includes(node.nodeType)) return endOf(node.body);
    const { end } = rangeOf(node);
    return text[end] === ";" ? end + 1 : end;
  }

  function statement(node: Node, parent: Node): void {
    if (parent.nodeType === "ForStatement" && node !== parent.body) return;
    const id = add(node, "line", "");
    const inBlock = ["Block", "UncheckedBlock"].includes(parent.nodeType);
    insert(rangeOf(node).start, `${inBlock ? "" : "{ "}CoverageHits.line(${id}); `);
    if (!inBlock) insert(endOf(node), " }");
  }

  /** Assembly remembers its branches in a variable, which is reported when it ends. */
  function assembly(node: Node, isPure: boolean): void {
    const first = spots.length;
    let bits = 0;
    const bit = (from: Node, kind: Spot["kind"], what: string) => {
      add(from, kind, what);
      return `hits_ := or(hits_, shl(${bits++}, 1)) `;
    };
    const enter = (block: Node, what: string) =>
      insert(rangeOf(block).start + 1, ` ${bit(block, "branch", what)}`);

    function visit(inner: Node): void {
      if (inner.nodeType === "YulIf") {
        const { end } = rangeOf(inner.condition);
        insert(rangeOf(inner).start, "switch iszero(", 2);
        insert(end, ") case 0 ");
        enter(inner.body, `${shown(inner.condition)} is true`);
        visit(inner.condition);
        visit(inner.body);
        insert(
          rangeOf(inner).end,
          ` default { ${bit(inner, "branch", `${shown(inner.condition)} is false`)}}`,
        );
        return;
      }
      if (inner.nodeType === "YulCase") enter(inner.body, `case ${inner.value.value ?? inner.value}`);
      if (inner.nodeType === "YulForLoop") enter(inner.body, `${shown(inner.condition)} is true`);
      if (
        inner.nodeType === "YulExpressionStatement" &&
        ["revert", "return"].includes(inner.expression.functionName?.name) &&
        bits > 0 &&
        !isPure
      ) {
        // What is answered lies below or right above the free memory's beginning.
        insert(
          rangeOf(inner).start,
          `{ let at_ := add(mload(0x40), 0x10000) for { let id_ := ${first} } hits_ { hits_ := shr(1, hits_) } { if and(hits_, 1) { mstore(at_, id_) pop(staticcall(gas(), 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE, at_, 32, 0, 0)) } id_ := add(id_, 1) } } `,
        );
      }
      for (const child of childrenOf(inner)) visit(child);
    }
    visit(node.AST);
    if (bits === 0) return;
    insert(rangeOf(node).start, "uint256 hits_; ");
    insert(rangeOf(node).end, ` CoverageHits.many(${first}, hits_);`);
  }

  walk(tree, (node, parents) => {
    const parent = parents.at(-1);
    const definition = parents.findLast(({ nodeType }) => /^(Function|Modifier)Definition$/.test(nodeType));
    if (!definition || !parents.includes(definition.body)) return node.nodeType !== "InlineAssembly";
    if (statements.test(node.nodeType) && node.nodeType !== "PlaceholderStatement") statement(node, parent);
    switch (node.nodeType) {
      case "InlineAssembly":
        assembly(node, definition.stateMutability === "pure");
        return false;
      case "IfStatement":
      case "Conditional":
        condition(node.condition);
        return true;
      case "ForStatement":
      case "WhileStatement":
        if (node.condition) condition(node.condition);
        return true;
      case "BinaryOperation":
        if (node.operator === "&&" || node.operator === "||") condition(node.leftExpression);
        return true;
      case "FunctionCall":
        if (node.expression.name === "require") condition(node.arguments[0]);
        return true;
      default:
        return true;
    }
  });

  let result = "";
  let at = 0;
  for (const insertion of insertions.sort((a, b) => a.at - b.at)) {
    result += text.slice(at, insertion.at) + insertion.text;
    at = insertion.at + insertion.length;
  }
  result += text.slice(at);
  return result.replace(/^pragma [^;]*;/m, (pragma) => `${pragma} import {CoverageHits} from "${hitsFile}";`);
}
