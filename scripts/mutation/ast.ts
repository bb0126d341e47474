/** Walking the compiler's syntax tree. */
import type { Node } from "./compiler.ts";

export interface Range {
  start: number;
  end: number;
}

export function rangeOf(node: Node): Range {
  const [start, length] = (node.src as string).split(":").map(Number) as [number, number];
  return { start, end: start + length };
}

const isNode = (value: Node) => typeof value === "object" && value !== null && "nodeType" in value;

/** The nodes right below one, in the order of the source. */
export function childrenOf(node: Node): Node[] {
  const children = Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
  return children.sort((a: Node, b: Node) => rangeOf(a).start - rangeOf(b).start);
}

/** Visits every node; `parents` ends with the nearest. A visitor that answers false keeps the walk out of the node. */
export function walk(
  node: Node,
  visit: (node: Node, parents: Node[]) => unknown,
  parents: Node[] = [],
): void {
  if (visit(node, parents) === false) return;
  const below = [...parents, node];
  for (const child of childrenOf(node)) walk(child, visit, below);
}

export const typeOf = (node: Node): string => node?.typeDescriptions?.typeString ?? "";
export const isRational = (node: Node) => /^(int_const|rational_const)/.test(typeOf(node));
export const isComparison = (node: Node) =>
  node?.nodeType === "BinaryOperation" && ["<", "<=", ">", ">=", "==", "!="].includes(node.operator);

/** Without the parentheses around it. */
export function bare(node: Node): Node {
  const isParenthesis =
    node?.nodeType === "TupleExpression" && !node.isInlineArray && node.components.length === 1;
  return isParenthesis ? bare(node.components[0]) : node;
}

/** Whether a statement does nothing but revert. */
export function reverts(statement: Node): boolean {
  if (statement?.nodeType === "Block")
    return statement.statements.length > 0 && reverts(statement.statements.at(-1));
  if (statement?.nodeType === "RevertStatement") return true;
  return statement?.nodeType === "ExpressionStatement" && statement.expression.expression?.name === "revert";
}

function parametersOf(functionType: string): string[] {
  const open = functionType.indexOf("(");
  const parameters: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < functionType.length; at++) {
    const char = functionType[at];
    if (char === "(") depth++;
    if (char === ")") depth--;
    if ((char === "," && depth === 1) || depth === 0) {
      parameters.push(functionType.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) break;
  }
  return parameters;
}

/** The type that an untyped number takes on where it stands; empty where that is not plain. */
export function expectedType(node: Node, parents: Node[]): string {
  const parent = parents.at(-1);
  const above = parents.slice(0, -1);
  switch (parent?.nodeType) {
    case "TupleExpression": {
      if (parent.isInlineArray) return "";
      if (parent.components.length === 1) return expectedType(parent, above);
      const results = parents.findLast(({ nodeType }) => nodeType === "FunctionDefinition")?.returnParameters
        .parameters;
      return above.at(-1)?.nodeType === "Return" ? typeOf(results?.[parent.components.indexOf(node)]) : "";
    }
    case "BinaryOperation": {
      const shifts = ["<<", ">>", "**"].includes(parent.operator);
      return shifts && node === parent.rightExpression ? "uint256" : (parent.commonType?.typeString ?? "");
    }
    case "VariableDeclarationStatement":
      return typeOf(parent.declarations[0]);
    case "VariableDeclaration":
      return typeOf(parent);
    case "Assignment":
      return ["<<=", ">>="].includes(parent.operator) ? "uint256" : typeOf(parent.leftHandSide);
    case "Return": {
      const results = parents.findLast(({ nodeType }) => nodeType === "FunctionDefinition")?.returnParameters
        .parameters;
      return results?.length === 1 ? typeOf(results[0]) : "";
    }
    case "Conditional":
      return isRational(parent) ? expectedType(parent, above) : typeOf(parent);
    case "IndexAccess":
      return node === parent.indexExpression ? "uint256" : "";
    case "FunctionCall": {
      const index = parent.arguments.indexOf(node);
      if (parent.kind === "typeConversion")
        return typeOf(parent).startsWith("address") ? "uint160" : "uint256";
      if (index < 0 || parent.kind !== "functionCall" || parent.names.length > 0) return "";
      const parameters = parametersOf(typeOf(parent.expression));
      return parameters[index + parameters.length - parent.arguments.length] ?? "";
    }
    default:
      return "";
  }
}
