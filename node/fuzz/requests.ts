import fc from "fast-check";
import { CONTRIBUTOR, jobSpec, manifest, submission } from "./documents.ts";
import { deepJson, deepWithin, mutatedFile, mutatedJson, oddValue } from "./mutations.ts";

/** One request, as it goes onto the wire. */
export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Which addresses a server has: as its description says, and what it does not describe. */
export interface Route {
  method: string;
  /** With `{name}` where a value stands. */
  path: string;
  /** Names of what may be asked after the question mark. */
  query: readonly string[];
  headers: readonly string[];
}

interface Description {
  paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
}

/** The routes in a server's own description of itself (OpenAPI). */
export function routesOf({ paths }: Description): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((one) => one.in === "query").map(({ name }) => name),
      // A length that is a lie makes the next request on the connection part of this one's body.
      headers: parameters
        .filter((one) => one.in === "header" && one.name !== "content-length")
        .map(({ name }) => name),
    })),
  );
}

const hash = `0x${"1a".repeat(32)}`;
const signature = `0x${"5b".repeat(65)}`;

/** Values that mean something everywhere. */
const KNOWN = [
  "1",
  "2",
  "0",
  "31337",
  CONTRIBUTOR,
  hash,
  signature,
  manifest.files[0]?.cid ?? "",
  "raw",
  "car",
];

const odd = fc.oneof(
  oddValue.map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""))),
  fc.string({ unit: "binary", maxLength: 60 }),
);

/** Bodies with nothing wrong, by what they are sent to; the address is wrong now and then as well. */
const bodies: readonly unknown[] = [
  { datanet: 1, contributor: CONTRIBUTOR, files: [{ name: "hens.txt", sha256: hash }] },
  { datanet: 1, contributor: CONTRIBUTOR, listProof: [hash], files: [{ name: "hens.txt", sha256: hash }] },
  { manifest, submission, signature },
  { manifest, submission, signature, payment: "contributor", listProof: [hash] },
  jobSpec,
  { query: "{ datanets { items { id } } }" },
  { release: 1, question: "Why?", maxTokens: 1, temperature: 0, seed: 1 },
  { seen: hash, changes: [{ item: 0, grade: 2, note: "Better." }] },
];

const json = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...bodies)
      .chain(mutatedJson)
      .map((body) => JSON.stringify(body) ?? ""),
  },
  { weight: 1, arbitrary: fc.oneof(deepJson, fc.constantFrom(...bodies).chain(deepWithin)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

/** A form of files whose names, types and ends are not always what they should be. */
const form = fc
  .record({
    parts: fc.array(
      fc.record({
        name: fc.oneof(fc.constant("files"), odd),
        file: fc.oneof(fc.constant("hens.txt"), odd),
        type: fc.oneof(fc.constant("text/plain"), odd),
        content: mutatedFile([Buffer.from("Hens lay eggs in the morning. ".repeat(8))]),
      }),
      { maxLength: 3 },
    ),
    isWhole: fc.boolean(),
    boundary: fc.oneof(
      { weight: 6, arbitrary: fc.constant("limit") },
      { weight: 1, arbitrary: fc.constant("") },
    ),
  })
  .map(({ parts, isWhole, boundary }) => ({
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      ...parts.map(({ name, file, type, content }) =>
        Buffer.concat([
          Buffer.from(
            `--limit\r\nContent-Disposition: form-data; name="${name}"; filename="${file}"\r\nContent-Type: ${type}\r\n\r\n`,
          ),
          content,
          Buffer.from("\r\n"),
        ]),
      ),
      Buffer.from(isWhole ? "--limit--\r\n" : "--lim"),
    ]),
  }));

const content = fc.oneof(
  { weight: 5, arbitrary: json.map((text) => ({ type: "application/json", body: Buffer.from(text) })) },
  { weight: 3, arbitrary: form },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom(
        "text/plain",
        "application/offset+octet-stream",
        "application/octet-stream",
        "a/b;c",
        "",
      ),
      body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    }),
  },
);

/** Headers of uploads that can be resumed (tus), of caches, ranges and proxies. */
const HEADERS = [
  ...[
    "tus-resumable",
    "upload-length",
    "upload-offset",
    "upload-metadata",
    "upload-defer-length",
    "upload-concat",
  ],
  ...[
    "x-http-method-override",
    "last-event-id",
    "if-none-match",
    "range",
    "origin",
    "cookie",
    "accept",
    "authorization",
  ],
  ...[
    "x-forwarded-for",
    "x-forwarded-host",
    "forwarded",
    "content-encoding",
    "expect",
    "x-request-id",
    "host",
  ],
];
const HEADER_VALUES = [
  ...[
    "1.0.0",
    "0",
    "1440",
    "-1",
    "99999999999999999999",
    "bytes=0-",
    "bytes=9-1",
    "gzip",
    "100-continue",
    "PATCH",
  ],
  ...[
    "filename aGVucy50eHQ=,datanet MQ==,contributor MHg=",
    "filename",
    "a b,c d,,",
    "final;/a /b",
    "partial",
  ],
  ...["1.2.3.4, 5.6.7.8", "::1", "*", "http://evil.example"],
];

/** What may stand in a header at all: Node refuses to send anything else. */
function headerText(text: string): string {
  return text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "").trim();
}

/**
 * Any request to any of the routes, and to addresses beside them.
 *
 * @param known Values that mean something to this very server: a root, a CID, a token.
 */
export function requestTo(routes: readonly Route[], known: readonly string[] = []): fc.Arbitrary<Request> {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...KNOWN, ...known) },
    { weight: 2, arbitrary: odd },
  );
  const route: fc.Arbitrary<Route> = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...routes) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((path) => ({
        method: "GET",
        path: `/${path}`,
        query: [],
        headers: [],
      })),
    },
  );
  return fc
    .record({
      route,
      method: fc.oneof(
        { weight: 10, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") },
      ),
      values: fc.array(value, { minLength: 6, maxLength: 6 }),
      encoded: fc.boolean(),
      asked: fc.array(fc.tuple(fc.nat(6), value), { maxLength: 4 }),
      own: fc.array(value, { minLength: 6, maxLength: 6 }),
      headers: fc.array(
        fc.tuple(fc.constantFrom(...HEADERS), fc.oneof(fc.constantFrom(...HEADER_VALUES), odd)),
        {
          maxLength: 3,
        },
      ),
      content,
    })
    .map(({ route, method, values, encoded, asked, own, headers, content: { type, body } }) => {
      const isRead = (method ?? route.method) === "GET" || (method ?? route.method) === "HEAD";
      const fill = [...values];
      const path = route.path.replaceAll(/\{[^}]+\}|\*/g, () => pathText(fill.pop() ?? "", encoded));
      const names = [...route.query, "datanet", "contributor", "format", "limit", "before", "__proto__"];
      const query = [
        ...route.query.map((name, index) => [name, own[index] ?? "1"] as const),
        ...asked.map(([index, text]) => [names[index % names.length] ?? "a", text] as const),
      ]
        .map(([name, text]) => `${name}=${pathText(text, encoded)}`)
        .join("&");
      return {
        method: method ?? route.method,
        path: `${addressText(path)}${query === "" ? "" : `?${query}`}`,
        headers: {
          ...(isRead ? {} : { "content-type": headerText(type) }),
          ...Object.fromEntries(route.headers.map((name, index) => [name, headerText(own[index] ?? "")])),
          ...Object.fromEntries(headers.map(([name, text]) => [name, headerText(text)])),
          ...(isRead ? {} : { "content-length": String(body.length) }),
        },
        body: isRead ? Buffer.alloc(0) : body,
      };
    });
}

/** A value in an address: encoded as it should be, or as it is but for what cannot be sent. */
function pathText(text: string, encoded: boolean): string {
  if (encoded && text.isWellFormed()) return encodeURIComponent(text);
  return addressText(text);
}

function addressText(text: string): string {
  return text.replaceAll(
    /[^!-~]/g,
    (character) => `%${((character.codePointAt(0) ?? 0) & 255).toString(16)}`,
  );
}
