/** The mutants of Solidity code. */
import { bare, expectedType, isComparison, isRational, rangeOf, reverts, typeOf, walk } from "./ast.ts";
import type { Collector } from "./collector.ts";
import type { Node } from "./compiler.ts";
import { mutateAssembly } from "./yul.ts";

const swapped: Record<string, string[]> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["/"],
  "<<": [">>"],
  ">>": ["<<"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "&&": ["||"],
  "||": ["&&"],
};
const swappedAssignment: Record<string, string> = {
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "|=": "&=",
  "&=": "|=",
  "^=": "&=",
  "<<=": ">>=",
  ">>=": "<<=",
};
const names: Record<string, string> = {
  ...Object.fromEntries(["<", "<=", ">", ">=", "==", "!="].map((operator) => [operator, "comparison"])),
  ...Object.fromEntries(["+", "-", "*", "/", "%"].map((operator) => [operator, "arithmetic"])),
  ...Object.fromEntries(["<<", ">>", "&", "|", "^"].map((operator) => [operator, "bits"])),
  "&&": "logic",
  "||": "logic",
};

/** Constants whose declaration must stay a plain number, since assembly or an array's length reads it. */
export function plainConstants(trees: Node[]): Set<number> {
  const plain = new Set<number>();
  const declarations = new Map<number, Node>();
  for (const tree of trees) {
    walk(tree, (node) => {
      if (node.nodeType === "VariableDeclaration" && node.constant) declarations.set(node.id, node);
      if (node.nodeType === "ArrayTypeName" && node.length) {
        walk(
          node.length,
          ({ referencedDeclaration }) => referencedDeclaration && plain.add(referencedDeclaration),
        );
      }
      if (node.nodeType === "InlineAssembly") {
        for (const { declaration } of node.externalReferences) plain.add(declaration);
      }
    });
  }
  // What a plain constant is computed from must be plain, too.
  for (const id of plain) {
    const value = declarations.get(id)?.value;
    if (value)
      walk(value, ({ referencedDeclaration }) => referencedDeclaration && plain.add(referencedDeclaration));
  }
  return plain;
}

/** Adds a file's mutants. */
export function mutateSolidity(tree: Node, into: Collector, plain: Set<number>): void {
  const text = (node: Node) => into.textOf(rangeOf(node));

  function binary(node: Node): void {
    const { leftExpression: left, rightExpression: right, operator } = node;
    for (const other of swapped[operator] ?? []) {
      const choice = `(${text(left)}) ${other} (${text(right)})`;
      into.expression(names[operator] ?? "other", node, choice, `${text(left)} ${other} ${text(right)}`);
    }
    if (operator === "&&" || operator === "||") for (const side of [left, right]) negate(side);
  }

  function negate(condition: Node): void {
    const inner = bare(condition);
    const flips = isComparison(inner) || ["&&", "||", "!"].includes(inner.operator);
    if (!flips) into.expression("negation", condition, `!(${text(condition)})`, `!${text(condition)}`);
  }

  /** A number that stands by itself, or a sum of such. One that is compared or declared is a limit: it is tried on either side. */
  function number(node: Node, parents: Node[]): void {
    const type = expectedType(node, parents);
    if (!/^(u?int\d*|bytes32)$/.test(type)) return;
    const value = text(node);
    const parent = parents.at(-1);
    const isLimit = isComparison(parent) || parent?.nodeType === "VariableDeclaration";
    const signs = isLimit && Number(value) !== 0 ? ["+", "-"] : ["+"];
    const cast = (inner: string) => (type === "bytes32" ? `bytes32(uint256(${inner}))` : `${type}(${inner})`);
    into.number(
      node,
      cast(value),
      signs.map((sign) => [cast(`(${value}) ${sign} 1`), `${value} ${sign} 1`]),
    );
  }

  function statement(node: Node, parents: Node[]): void {
    const parent = parents.at(-1);
    if (parent?.nodeType === "ForStatement" && parent.body !== node) return;
    const expression = node.expression ?? node.eventCall;
    if (["require", "assert", "revert"].includes(expression.expression?.name)) return;
    // The compiler refuses a pointer to storage that points nowhere.
    if (typeOf(expression.leftHandSide).endsWith("storage pointer")) return;
    const operator = node.nodeType === "EmitStatement" ? "no event" : "no statement";
    into.statement(operator, node);
  }

  function visit(node: Node, parents: Node[]): unknown {
    const parent = parents.at(-1);
    if (parent?.nodeType === "ContractDefinition") into.within = node.name || node.kind || "";
    switch (node.nodeType) {
      case "InlineAssembly":
        mutateAssembly(node, into);
        return false;
      case "VariableDeclaration":
        return !(node.constant && plain.has(node.id));
      case "ArrayTypeName":
      case "ImportDirective":
      case "EventDefinition":
      case "ErrorDefinition":
      case "EnumDefinition":
      case "UsingForDirective":
        return false;
      case "BinaryOperation":
        if (isRational(node)) {
          number(node, parents);
          return false;
        }
        binary(node);
        return true;
      case "Literal":
        if (node.kind === "number") number(node, parents);
        return false;
      case "Identifier":
        into.constantUse(node);
        return false;
      case "IfStatement":
        if (reverts(node.trueBody)) into.expression("no check", node.condition, "false", "false");
        else negate(node.condition);
        return true;
      case "Conditional":
        negate(node.condition);
        return true;
      case "WhileStatement":
        negate(node.condition);
        return true;
      case "UnaryOperation":
        unary(node);
        return true;
      case "Assignment": {
        const other = swappedAssignment[node.operator];
        if (!other) return true;
        const changed = `${text(node.leftHandSide)} ${other} ${text(node.rightHandSide)}`;
        into.expression("assignment", node, `(${changed})`, changed);
        return true;
      }
      case "FunctionCall":
        if (node.expression.name === "require" && parent?.nodeType === "ExpressionStatement") {
          into.expression("no check", node.arguments[0], "true", "true");
        }
        return true;
      case "ExpressionStatement":
      case "EmitStatement":
        statement(node, parents);
        return true;
      case "FunctionDefinition":
        for (const modifier of node.modifiers) into.modifier(modifier, parent);
        return true;
      default:
        return true;
    }
  }

  function unary(node: Node): void {
    const inner = text(node.subExpression);
    if (node.operator === "!") into.expression("negation", node, inner, inner);
    if (node.operator === "~") into.expression("bits", node, inner, inner);
    if (node.operator === "++" || node.operator === "--") {
      const other = node.operator === "++" ? "--" : "++";
      const changed = node.prefix ? other + inner : inner + other;
      into.expression("increment", node, `(${changed})`, changed);
    }
  }

  walk(tree, visit);
}
