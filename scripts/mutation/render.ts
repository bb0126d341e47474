/** Writes a source that holds all of its mutants, each behind a question which one is on. */
import type { Range } from "./ast.ts";
import { type Alternative, type Edit, isOn, switchFile, switchNumber } from "./mutants.ts";

const priority = ["assembly", "statement", "yulStatement", "expression", "yulCall", "yulValue", "insertion"];

/** Edits from the outside in; those of one place are made one. */
function ordered(edits: Edit[]): Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits) {
    const same = merged.find(
      ({ kind, start, end }) => kind === edit.kind && start === edit.start && end === edit.end,
    );
    if (same && "alternatives" in same && "alternatives" in edit)
      same.alternatives.push(...edit.alternatives);
    else merged.push("alternatives" in edit ? { ...edit, alternatives: [...edit.alternatives] } : edit);
  }
  return merged.sort(
    (a, b) => a.start - b.start || b.end - a.end || priority.indexOf(a.kind) - priority.indexOf(b.kind),
  );
}

/** The Yul function that decides between a call as it is and the call's mutants. No name of it is one of the contract's. */
function yulFunction(
  name: string,
  parameters: string[],
  original: string,
  alternatives: Alternative[],
): string {
  const own = (text: string) => text.replaceAll(/\b[xy]\b/g, "mutated_$&");
  const cases = alternatives.map(({ id, text }) => ` case ${id} { mutated_r := ${own(text)} }`).join("");
  const head = `function ${name}(mutated_m, ${own(parameters.join(", "))}) -> mutated_r`;
  return ` ${head} { switch mutated_m${cases} default { mutated_r := ${own(original)} } }`;
}

/** A source's text with its edits. */
export function render(text: string, edits: Edit[]): string {
  const all = ordered(edits);
  let at = 0;

  function part(range: Range, functions: string[]): string {
    let out = "";
    let from = range.start;
    while (at < all.length) {
      const edit = all[at] as Edit;
      if (edit.start >= range.end) break;
      at++;
      out += text.slice(from, edit.start) + one(edit, functions);
      from = edit.end;
    }
    return out + text.slice(from, range.end);
  }

  function one(edit: Edit, functions: string[]): string {
    switch (edit.kind) {
      case "insertion":
        return edit.text;
      case "expression": {
        const inner = part(edit, functions);
        const choices = edit.alternatives
          .map(({ id, text: choice }) => `${isOn(id)} ? ${choice} : `)
          .join("");
        return `(${choices}${edit.original ?? inner})`;
      }
      case "statement":
        return `{ if (!(${isOn(edit.id)})) { ${part(edit, functions)} } }`;
      case "yulStatement":
        return `if iszero(eq(mutant_, ${edit.id})) { ${part(edit, functions)} }`;
      case "yulValue": {
        const name = `mutated_${edit.alternatives[0]?.id}`;
        const written = yulFunction(name, ["x"], "x", edit.alternatives);
        if (!functions.includes(written)) functions.push(written);
        return `${name}(mutant_, ${part(edit, functions)})`;
      }
      case "yulCall": {
        const name = `mutated_${edit.alternatives[0]?.id}`;
        const names = ["x", "y"].slice(0, edit.arguments.length);
        functions.push(yulFunction(name, names, `${edit.callee}(${names.join(", ")})`, edit.alternatives));
        return `${name}(mutant_, ${edit.arguments.map((argument) => part(argument, functions)).join(", ")})`;
      }
      case "assembly": {
        const head = text.slice(edit.start, edit.body);
        const own: string[] = [];
        const body = part({ start: edit.body, end: edit.end }, own);
        return `uint256 mutant_ = ${switchNumber}; ${head}${own.join("")}${body}`;
      }
    }
  }

  const rendered = part({ start: 0, end: text.length }, []);
  return rendered.replace(
    /^pragma [^;]*;/m,
    (pragma) => `${pragma} import {MutantSwitch} from "${switchFile}";`,
  );
}
