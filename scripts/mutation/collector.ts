/** Collects mutants and the edits that put them into the sources. */
import { type Range, rangeOf, typeOf } from "./ast.ts";
import type { Node } from "./compiler.ts";
import { type Alternative, type Edit, type Mutant, switchNumber } from "./mutants.ts";
import { hashOf, isProduction, type Sources, toText } from "./project.ts";

/** What a modifier of a package does before the function's body. */
const packageModifiers: Record<string, string> = {
  restricted: "_checkCanCall(_msgSender(), _msgData())",
  onlyOwner: "_checkOwner()",
  onlyGovernance: "_checkGovernance()",
};

export class Collector {
  readonly mutants: Mutant[] = [];
  readonly edits = new Map<string, Edit[]>();
  /** Modifiers of packages that this tool cannot drop. */
  readonly keptModifiers = new Set<string>();
  readonly #sources: Sources;
  readonly #declarations: Map<number, { node: Node; file: string }>;
  readonly #plain: Set<number>;
  readonly #constants = new Map<number, { up: Mutant; down: Mutant | undefined }>();
  readonly #counts = new Map<string, number>();
  readonly #rewritten = new Set<string>();
  /** The function or constant that is being read. */
  within = "";
  #file = "";

  constructor(sources: Sources, declarations: Map<number, { node: Node; file: string }>, plain: Set<number>) {
    this.#sources = sources;
    this.#declarations = declarations;
    this.#plain = plain;
  }

  openFile(file: string): void {
    this.#file = file;
  }

  textOf({ start, end }: Range, file = this.#file): string {
    return (this.#sources[file] ?? "").slice(start, end);
  }

  edit(edit: Edit, file = this.#file): void {
    const edits = this.edits.get(file) ?? [];
    edits.push(edit);
    this.edits.set(file, edits);
  }

  /** A new mutant of the text at `range`. */
  add(operator: string, range: Range, mutated: string, file = this.#file): Mutant {
    const before = this.textOf({ start: 0, end: range.start }, file);
    const lineEnd = this.textOf({ start: range.start, end: range.start + 400 }, file).split("\n")[0] ?? "";
    const mutant = {
      id: this.#nextId(file),
      file,
      line: before.split("\n").length,
      within: this.within,
      code: toText((before.split("\n").at(-1) ?? "") + lineEnd).trim(),
      operator,
      original: toText(this.textOf(range, file)).replaceAll(/\s+/g, " "),
      mutated: toText(mutated).replaceAll(/\s+/g, " "),
      ...range,
    };
    this.mutants.push(mutant);
    return mutant;
  }

  /** Numbers that other files have no part in: a change of one file leaves the builds of the others as they are. */
  #nextId(file: string): number {
    const next = (this.#counts.get(file) ?? 0) + 1;
    this.#counts.set(file, next);
    return Number.parseInt(hashOf(file).slice(0, 8), 16) * 2 ** 16 + next;
  }

  /** Puts `choice` in the place of an expression. */
  expression(operator: string, node: Node, choice: string, shown: string): void {
    const range = rangeOf(node);
    const { id } = this.add(operator, range, shown);
    this.edit({ kind: "expression", ...range, alternatives: [{ id, text: choice }] });
  }

  /** A number in a type, or one of the choices. */
  number(node: Node, original: string, choices: [text: string, shown: string][]): void {
    const range = rangeOf(node);
    const alternatives = choices.map(([text, shown]) => ({ id: this.add("number", range, shown).id, text }));
    this.edit({ kind: "expression", ...range, alternatives, original });
  }

  /** Leaves a statement out. */
  statement(operator: string, node: Node): void {
    const { start, end } = rangeOf(node);
    const range = { start, end: this.textOf({ start: end - 1, end }) === ";" ? end : end + 1 };
    const { id } = this.add(operator, range, "");
    this.edit({ kind: "statement", ...range, id });
  }

  /** A constant that must be declared as it is changes wherever it is read. */
  constantUse(node: Node): void {
    const found = this.#constantOf(node.referencedDeclaration);
    if (!found) return;
    const { type, name, up, down } = found;
    const alternatives: Alternative[] = [{ id: up.id, text: `${type}(${name} + 1)` }];
    if (down) alternatives.push({ id: down.id, text: `${type}(${name} - 1)` });
    this.edit({ kind: "expression", ...rangeOf(node), alternatives, original: `${type}(${name})` });
  }

  yulConstantUse(range: Range, declaration: number): boolean {
    const found = this.#constantOf(declaration);
    if (!found) return false;
    const alternatives: Alternative[] = [{ id: found.up.id, text: "add(x, 1)" }];
    if (found.down) alternatives.push({ id: found.down.id, text: "sub(x, 1)" });
    this.edit({ kind: "yulValue", ...range, alternatives });
    return true;
  }

  #constantOf(id: number) {
    const declared = this.#declarations.get(id);
    if (!declared || !this.#plain.has(id) || declared.file !== this.#file) return undefined;
    const { node } = declared;
    const type = typeOf(node);
    if (!node.constant || !/^u?int\d*$/.test(type)) return undefined;
    let pair = this.#constants.get(id);
    if (!pair) {
      const range = rangeOf(node.value);
      const value = this.textOf(range);
      pair = {
        up: this.add("number", range, `${value} + 1`),
        down: value === "0" ? undefined : this.add("number", range, `${value} - 1`),
      };
      this.#constants.set(id, pair);
    }
    return { type, name: node.name as string, ...pair };
  }

  /** Leaves out a modifier of one function. */
  modifier(invocation: Node, contract: Node): void {
    if (invocation.kind !== "modifierInvocation") return;
    const range = rangeOf(invocation);
    const text = this.textOf(range);
    const declared = this.#declarations.get(invocation.modifierName.referencedDeclaration);
    if (declared && isProduction(declared.file)) {
      const { id } = this.add("no modifier", range, "");
      this.#numberModifier(declared.node, declared.file);
      const empty = invocation.arguments?.length ? ", " : "";
      if (text.endsWith(")")) this.#insert(range.end - 1, `${empty}${id}`);
      else this.#insert(range.end, `(${id})`);
      return;
    }
    const name = invocation.modifierName.name as string;
    const body = packageModifiers[name];
    if (!body) {
      this.keptModifiers.add(`${this.#file}: ${text}`);
      return;
    }
    const { id } = this.add("no modifier", range, "");
    this.edit({ kind: "insertion", ...range, text: `${name}Unless(${id})` });
    const key = `${contract.id} ${name}`;
    if (this.#rewritten.has(key)) return;
    this.#rewritten.add(key);
    const heads = [contract, ...contract.baseContracts].map((node, index) =>
      index === 0 ? Number(contract.nameLocation.split(":")[0]) : rangeOf(node).end,
    );
    const opening = (this.#sources[this.#file] ?? "").indexOf("{", Math.max(...heads)) + 1;
    const check = `if (${switchNumber} != site_) ${body};`;
    this.#insert(opening, ` modifier ${name}Unless(uint256 site_) { ${check} _; }`);
  }

  /** Gives a modifier of ours a number by which it can be left out of one function. */
  #numberModifier(node: Node, file: string): void {
    const key = `modifier ${node.id}`;
    if (this.#rewritten.has(key)) return;
    this.#rewritten.add(key);
    const list = rangeOf(node.parameters);
    const bracketed = this.textOf({ start: list.start, end: list.start + 1 }, file) === "(";
    if (bracketed)
      this.#insert(list.end - 1, `${node.parameters.parameters.length > 0 ? ", " : ""}uint256 site_`, file);
    else {
      const [start, length] = node.nameLocation.split(":").map(Number);
      this.#insert(start + length, "(uint256 site_)", file);
    }
    const placeholder = node.body.statements.findIndex(
      ({ nodeType }: Node) => nodeType === "PlaceholderStatement",
    );
    this.#insert(rangeOf(node.body).start + 1, ` if (${switchNumber} != site_) {`, file);
    this.#insert(rangeOf(node.body.statements[placeholder]).start, "} ", file);
  }

  #insert(at: number, text: string, file = this.#file): void {
    this.edit({ kind: "insertion", start: at, end: at, text }, file);
  }
}
