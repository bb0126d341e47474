/** The mutants of inline assembly. */
import { childrenOf, rangeOf } from "./ast.ts";
import type { Collector } from "./collector.ts";
import type { Node } from "./compiler.ts";

/** What may stand for a call of an instruction, of its arguments x and y. */
const swapped: Record<string, { operator: string; choices: string[] }> = {
  lt: { operator: "comparison", choices: ["iszero(gt(x, y))", "iszero(lt(x, y))"] },
  gt: { operator: "comparison", choices: ["iszero(lt(x, y))", "iszero(gt(x, y))"] },
  slt: { operator: "comparison", choices: ["iszero(sgt(x, y))", "iszero(slt(x, y))"] },
  sgt: { operator: "comparison", choices: ["iszero(slt(x, y))", "iszero(sgt(x, y))"] },
  eq: { operator: "comparison", choices: ["iszero(eq(x, y))"] },
  iszero: { operator: "negation", choices: ["iszero(iszero(x))"] },
  add: { operator: "arithmetic", choices: ["sub(x, y)"] },
  sub: { operator: "arithmetic", choices: ["add(x, y)"] },
  mul: { operator: "arithmetic", choices: ["div(x, y)"] },
  div: { operator: "arithmetic", choices: ["mul(x, y)"] },
  mod: { operator: "arithmetic", choices: ["div(x, y)"] },
  and: { operator: "bits", choices: ["or(x, y)"] },
  or: { operator: "bits", choices: ["and(x, y)"] },
  xor: { operator: "bits", choices: ["and(x, y)"] },
  not: { operator: "bits", choices: ["x"] },
  shl: { operator: "bits", choices: ["shr(x, y)"] },
  shr: { operator: "bits", choices: ["shl(x, y)"] },
};

const comparisons = ["lt", "gt", "slt", "sgt", "eq", "iszero"];

/** Adds the mutants of an assembly statement. */
export function mutateAssembly(assembly: Node, into: Collector): void {
  const constants = new Map<string, number>(
    assembly.externalReferences.map(({ src, declaration }: Node) => [src, declaration]),
  );
  let edits = 0;

  const shown = (choice: string, args: string[]) =>
    choice.replaceAll(/\bx\b/g, args[0] ?? "").replaceAll(/\by\b/g, args[1] ?? "");

  function call(node: Node): void {
    const rule = swapped[node.functionName.name];
    if (!rule) return;
    const ranges = node.arguments.map(rangeOf);
    const texts = ranges.map((range: { start: number; end: number }) => into.textOf(range));
    const alternatives = rule.choices.map((text) => ({
      id: into.add(rule.operator, rangeOf(node), shown(text, texts)).id,
      text,
    }));
    into.edit({
      kind: "yulCall",
      ...rangeOf(node),
      callee: node.functionName.name,
      arguments: ranges,
      alternatives,
    });
    edits++;
  }

  function value(node: Node, operator: string, text: string, mutated: string): void {
    const { id } = into.add(operator, rangeOf(node), mutated);
    into.edit({ kind: "yulValue", ...rangeOf(node), alternatives: [{ id, text }] });
    edits++;
  }

  function statement(node: Node): void {
    const { id } = into.add("no statement", rangeOf(node), "");
    into.edit({ kind: "yulStatement", ...rangeOf(node), id });
    edits++;
  }

  function visit(node: Node): void {
    switch (node.nodeType) {
      case "YulFunctionDefinition":
        return;
      case "YulFunctionCall":
        call(node);
        for (const argument of node.arguments) visit(argument);
        return;
      case "YulLiteral":
        if (node.kind === "number") value(node, "number", "add(x, 1)", `${into.textOf(rangeOf(node))} + 1`);
        return;
      case "YulIdentifier": {
        const declaration = constants.get(node.src);
        if (declaration !== undefined && into.yulConstantUse(rangeOf(node), declaration)) edits++;
        return;
      }
      case "YulIf": {
        const name = node.condition.functionName?.name;
        const text = into.textOf(rangeOf(node.condition));
        if (!comparisons.includes(name)) value(node.condition, "negation", "iszero(x)", `iszero(${text})`);
        visit(node.condition);
        visit(node.body);
        return;
      }
      case "YulSwitch":
        visit(node.expression);
        for (const { body } of node.cases) visit(body);
        return;
      case "YulAssignment":
        statement(node);
        visit(node.value);
        return;
      case "YulExpressionStatement":
        statement(node);
        visit(node.expression);
        return;
      case "YulVariableDeclaration":
        if (node.value) visit(node.value);
        return;
      case "YulForLoop":
        for (const part of [node.pre, node.condition, node.post, node.body]) visit(part);
        return;
      default:
        for (const child of childrenOf(node)) visit(child);
    }
  }

  visit(assembly.AST);
  if (edits === 0) return;
  into.edit({ kind: "assembly", ...rangeOf(assembly), body: rangeOf(assembly.AST).start + 1 });
}
