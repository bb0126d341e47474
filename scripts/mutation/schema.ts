/** All mutants of all contracts in one build. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { walk } from "./ast.ts";
import { Collector } from "./collector.ts";
import { type Artifact, build, CompileError, type Node, parse } from "./compiler.ts";
import { type Edit, type Mutant, switchFile, switchSource } from "./mutants.ts";
import { cacheFolder, fromText, hashOf, isProduction, isTest, type Sources } from "./project.ts";
import { render } from "./render.ts";
import { mutateSolidity, plainConstants } from "./solidity.ts";

export interface Schema {
  build: Artifact[];
  mutants: Mutant[];
  /** Mutants that the compiler refuses. */
  stillborn: Mutant[];
  keptModifiers: string[];
}

/** Of the operators: what was collected by others is collected again. */
const version = "1";

interface Collected {
  mutants: Mutant[];
  edits: [file: string, edits: Edit[]][];
  keptModifiers: string[];
}

/** The mutants of the contracts, and where they go; kept, since reading the syntax trees takes a while. */
function collect(sources: Sources): Collected {
  const read = Object.fromEntries(Object.entries(sources).filter(([name]) => !isTest(name)));
  const file = `${cacheFolder}mutants-${hashOf(version, JSON.stringify(read))}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const trees = parse(read);
  const declarations = new Map<number, { node: Node; file: string }>();
  for (const [name, tree] of Object.entries(trees)) {
    walk(tree, (node) => void (node.id !== undefined && declarations.set(node.id, { node, file: name })));
  }
  const production = Object.keys(sources).filter(isProduction);
  const plain = plainConstants(production.map((name) => trees[name]));
  const collector = new Collector(sources, declarations, plain);
  for (const name of production) {
    collector.openFile(name);
    mutateSolidity(trees[name], collector, plain);
  }
  const { mutants, edits, keptModifiers } = collector;
  const collected = { mutants, edits: [...edits], keptModifiers: [...keptModifiers] };
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(file, JSON.stringify(collected));
  return collected;
}

/** An edit without some mutants; nothing where none is left. */
function without(edit: Edit, refused: Set<number>): Edit[] {
  if ("id" in edit) return refused.has(edit.id) ? [] : [edit];
  if (!("alternatives" in edit)) return [edit];
  const alternatives = edit.alternatives.filter(({ id }) => !refused.has(id));
  return alternatives.length > 0 ? [{ ...edit, alternatives }] : [];
}

function rendered(sources: Sources, edits: Collected["edits"], refused: Set<number>): Sources {
  const result: Sources = { ...sources, [switchFile]: fromText(switchSource) };
  for (const [file, all] of edits) {
    result[file] = render(
      sources[file] ?? "",
      all.flatMap((edit) => without(edit, refused)),
    );
  }
  return result;
}

/** The mutants whose code the compiler complains about. */
function accused(error: CompileError, sources: Sources): number[] {
  return error.problems.flatMap(({ sourceLocation, formattedMessage }) => {
    const text = sources[sourceLocation?.file ?? ""];
    if (!text || !sourceLocation) throw new Error(formattedMessage);
    const at = text.slice(sourceLocation.start, sourceLocation.end);
    const own = /== (\d+) \?/.exec(at) ?? /case (\d+) \{/.exec(at);
    // The alternative begins right after the question which mutant is on.
    const before = [...text.slice(0, sourceLocation.start).matchAll(/== (\d+)(?: \?|\)\))/g)].at(-1);
    const id = own?.[1] ?? before?.[1];
    if (!id) throw new Error(formattedMessage);
    return [Number(id)];
  });
}

/** Compiles every mutant of the production contracts into one build. */
export function buildSchema(sources: Sources): Schema {
  const { mutants, edits, keptModifiers } = collect(sources);
  const refused = new Set<number>();
  for (;;) {
    const all = rendered(sources, edits, refused);
    try {
      return {
        build: build(all),
        mutants: mutants.filter(({ id }) => !refused.has(id)),
        stillborn: mutants.filter(({ id }) => refused.has(id)),
        keptModifiers,
      };
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const before = refused.size;
      for (const id of accused(error, all)) refused.add(id);
      if (refused.size === before) throw error;
      if (process.env.DEBUG) console.error(error.message.slice(0, 3000), [...refused]);
    }
  }
}
