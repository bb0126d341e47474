import fc from "fast-check";

/** Numbers at which programs go wrong, to be written over sizes, counts and offsets. */
const EDGES = [
  0,
  1,
  2,
  3,
  7,
  8,
  127,
  128,
  255,
  256,
  32_767,
  32_768,
  65_535,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/** What formats are made of, to be put where it does not belong. */
const TOKENS = [
  "PK\u0003\u0004",
  "PK\u0001\u0002",
  "PK\u0005\u0006",
  "%PDF-1.7",
  "%%EOF",
  "endobj",
  "stream",
  "<< /Type /Page >>",
  "IHDR",
  "IDAT",
  "IEND",
  "\u00ff\u00d8\u00ff",
  "\u00ff\u00d9",
  "\u00ff\u00fb\u0090",
  "RIFF",
  "WAVE",
  "fmt ",
  "data",
  "fLaC",
  "ID3",
  "II*\u0000",
  "BM",
  "<w:p>",
  "</w:t>",
  "<!DOCTYPE a>",
  "\u0000",
  "\u00ff\u00fe",
  "\u00ef\u00bb\u00bf",
  '{"prompt":"a","response":"b"}\n',
  "\n",
].map((token) => Buffer.from(token, "latin1"));

type Change = { kind: string; place: number; inHead: boolean; length: number; edge: number; token: number };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    "flip",
    "edge8",
    "edge16",
    "edge32",
    "drop",
    "repeat",
    "insert",
    "zero",
    "cut",
    "swap",
  ),
  place: fc.nat(2 ** 30),
  // Formats decide by their first bytes: half of the changes fall there.
  inHead: fc.boolean(),
  length: fc.oneof(fc.nat(16), fc.nat(4_096)),
  edge: fc.nat(EDGES.length - 1),
  token: fc.nat(TOKENS.length - 1),
});

function apply(bytes: Buffer, { kind, place, inHead, length, edge, token }: Change): Buffer {
  const at = place % Math.max(1, inHead ? Math.min(bytes.length, 128) : bytes.length);
  const value = EDGES[edge] ?? 0;
  const piece = bytes.subarray(at, at + length);
  switch (kind) {
    case "flip":
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << (length % 8));
      return bytes;
    case "edge8":
      if (at < bytes.length) bytes[at] = value & 255;
      return bytes;
    case "edge16":
      if (at + 2 <= bytes.length) bytes.writeUInt16LE(value & 65_535, at);
      return bytes;
    case "edge32":
      if (at + 4 <= bytes.length) {
        if (length % 2 === 0) bytes.writeUInt32LE(value, at);
        else bytes.writeUInt32BE(value, at);
      }
      return bytes;
    case "drop":
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case "repeat":
      return Buffer.concat([
        bytes.subarray(0, at),
        ...Array(1 + (value % 9)).fill(piece),
        bytes.subarray(at),
      ]);
    case "insert":
      return Buffer.concat([bytes.subarray(0, at), TOKENS[token] ?? Buffer.alloc(0), bytes.subarray(at)]);
    case "zero":
      return Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + length));
    case "cut":
      return bytes.subarray(0, at);
    default:
      return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  }
}

/** Real files with up to eight things wrong with them; now and then one glued to another, or no file at all. */
export function mutatedFile(corpus: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const original = fc.nat(corpus.length - 1).map((index) => corpus[index] ?? Buffer.alloc(0));
  const changed = fc
    .tuple(original, fc.array(change, { minLength: 1, maxLength: 8 }))
    .map(([bytes, changes]) =>
      changes.reduce<Buffer>((result, one) => apply(result, one), Buffer.from(bytes)),
    );
  return fc.oneof(
    { weight: 12, arbitrary: changed },
    { weight: 1, arbitrary: fc.tuple(original, changed).map((pair) => Buffer.concat(pair)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  );
}

/** Values that stand in the place of others in JSON. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      0,
      -1,
      1.5,
      1e308,
      2 ** 53,
      "",
      " ",
      "0",
      "0x",
      "-1",
      "1e9",
      "NaN",
      [],
      {},
      "\u0000",
      "\ud800",
    ],
    ...[
      "../..",
      "__proto__",
      "constructor",
      `0x${"0".repeat(64)}`,
      `0x${"f".repeat(40)}`,
      "\u202e",
      "a".repeat(5_000),
    ],
    ...[{ toString: "a" }, { length: 1e9 }, [[[[[[]]]]]], "%00", "%2e%2e%2f", "🙂".repeat(60)],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.integer(),
  fc.double(),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with the value at `path` changed; `undefined` takes it away. */
function withValue(value: unknown, path: Path, put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  const inner = withValue(copy[key], rest, put);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** A JSON value with up to three of its parts replaced, taken away, or put where none belongs. */
export function mutatedJson(original: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(original);
  const one = fc.record({
    place: fc.nat(paths.length - 1),
    put: fc.oneof({ weight: 4, arbitrary: oddValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
    extra: fc.option(fc.string({ maxLength: 12 }), { freq: 6 }),
  });
  return fc.array(one, { minLength: 0, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>((value, { place, put, extra }) => {
      const path = paths[place] ?? [];
      try {
        return withValue(value, extra === null ? path : [...path.slice(0, -1), extra], put);
      } catch {
        // An earlier change took away what this one would have changed.
        return value;
      }
    }, original),
  );
}

const depth = fc.constantFrom(10, 1_000, 20_000);

/** JSON that nests so deep that what calls itself for each level runs out of stack. */
export const deepJson: fc.Arbitrary<string> = fc
  .record({ levels: depth, isList: fc.boolean() })
  .map(({ levels, isList }) =>
    isList ? "[".repeat(levels) + "]".repeat(levels) : `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`,
  );

const MARK = "\u0001deep";

/** The JSON text of a value in which one part nests deep. */
export function deepWithin(original: unknown): fc.Arbitrary<string> {
  const paths = pathsOf(original);
  return fc
    .tuple(fc.nat(paths.length - 1), deepJson)
    .map(([place, deep]) =>
      (JSON.stringify(withValue(original, paths[place] ?? [], MARK)) ?? "").replace(
        JSON.stringify(MARK),
        deep,
      ),
    );
}
