import { describe, expect, test } from "vitest";
import { decodeText, parsePairs } from "./text.ts";

const tale = "Once upon a time there lived a miller — Müller — by a stream.\n";

function bigEndian(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

describe("text is told by its bytes", () => {
  test.each([
    ["UTF-8", Buffer.from(tale)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${tale}`)],
    ["UTF-16 LE with a byte order mark", Buffer.from(`\ufeff${tale}`, "utf16le")],
    ["UTF-16 BE with a byte order mark", bigEndian(`\ufeff${tale}`)],
    ["UTF-16 LE without", Buffer.from(tale, "utf16le")],
    ["UTF-16 BE without", bigEndian(tale)],
  ])("%s", (_what, bytes) => {
    expect(decodeText(bytes)).toBe(tale);
  });

  test.each([
    ["half a character of UTF-8", Buffer.from("Müll").subarray(0, 2), "not valid UTF-8"],
    ["half a pair of UTF-16", Buffer.from("\ufeff\ud83d and more", "utf16le"), "not valid UTF-8 or UTF-16"],
    ["UTF-32", Buffer.from("fffe0000480000006900000000", "hex"), ""],
    ["zeros in both places", Buffer.from("4800006500", "hex"), "is zero"],
    ["few zeros", Buffer.concat([Buffer.from("a".repeat(99)), Buffer.alloc(1)]), "Byte 100 is zero"],
    ["UTF-16 that holds a zero", Buffer.from("\ufeffab\u0000c", "utf16le"), "U+0000"],
  ])("refused: %s", (_what, bytes, detail) => {
    expect(() => decodeText(bytes)).toThrow(detail);
  });
});

describe("the line of a JSONL file that is wrong is named, and what is wrong with it", () => {
  const good = '{"prompt":"Say hi","response":"hi"}';
  test.each([
    ["{", "Line 2 is not valid JSON: Expected property name or '}' in JSON at position 1"],
    [
      `{"prompt":"a","response":"b","x":${"[".repeat(32)}${"]".repeat(32)}}`,
      "Line 2 nests deeper than 32 levels.",
    ],
    ["null", "Line 2 is null, not an object."],
    ["[1]", "Line 2 is a list, not an object."],
    ["7", "Line 2 is a number, not an object."],
    [
      '{"prompt":"a"}',
      'Line 2 lacks "response": it needs "prompt" and "response", or "question" and "answer", or "messages".',
    ],
    ['{"question":"a"}', 'Line 2 lacks "answer"'],
    ["{}", 'Line 2 lacks "prompt"'],
    ['{"prompt":"a","response":7}', 'Line 2 has a number as "response", not a text.'],
    ['{"prompt":"a","response":null}', 'Line 2 has null as "response", not a text.'],
    ['{"prompt":["a"],"response":"b"}', 'Line 2 has a list as "prompt", not a text.'],
    ['{"prompt":" ","response":"b"}', 'Line 2 has an empty "prompt".'],
    ['{"__proto__":{"prompt":"a","response":"b"}}', 'Line 2 lacks "prompt"'],
    ['{"messages":[]}', 'Line 2 has no list of 1 to 256 "messages".'],
    ['{"messages":{"role":"user","content":"a"}}', 'Line 2 has no list of 1 to 256 "messages".'],
    ['{"messages":["a"]}', "Line 2, message 1, is a string, not an object."],
    [
      '{"messages":[{"role":"tool","content":"a"}]}',
      "Line 2, message 1, is not of the system, the user or the assistant.",
    ],
    [
      '{"messages":[{"role":"user","content":[]}]}',
      'Line 2, message 1, has a list as "content", not a text.',
    ],
    [
      '{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}',
      "Line 2, message 2, is the user's, not the assistant's.",
    ],
    [
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":" "}]}',
      "Line 2, message 2, has no text.",
    ],
    ['{"messages":[{"role":"user","content":"a"}]}', "Line 2 does not end with an answer of the assistant."],
    [
      '{"messages":[{"role":"system","content":"a"}]}',
      "Line 2 does not end with an answer of the assistant.",
    ],
  ])("%s", (line, detail) => {
    expect(() => parsePairs(`${good}\n${line}\n${good}`)).toThrow(detail);
  });

  test("every answer of a conversation makes a pair, and a system message is told once", () => {
    const line = (...contents: string[]) =>
      JSON.stringify({
        messages: [
          { role: "system", content: "Be brief." },
          ...contents.map((content, place) => ({ role: place % 2 ? "assistant" : "user", content })),
        ],
      });
    expect(parsePairs(`${line("Why?", "So.", "And?", "No.")}\n${line("Who?", "I.")}`)).toEqual([
      { prompt: "Be brief.\nWhy?", response: "So." },
      { prompt: "And?", response: "No." },
      { prompt: "Who?", response: "I." },
    ]);
    // A whole pair counts, whatever else the line holds; many data sets name a conversation's first question "prompt".
    const messages = [
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ];
    expect(parsePairs(JSON.stringify({ prompt: "x", response: "y", messages }))).toEqual([
      { prompt: "x", response: "y" },
    ]);
    expect(parsePairs(JSON.stringify({ prompt: "x", messages }))).toEqual([{ prompt: "a", response: "b" }]);
  });

  test("what else a line holds changes nothing", () => {
    const levels = `${"[".repeat(31)}${"]".repeat(31)}`;
    for (const value of [
      levels,
      "9".repeat(5_000),
      "-1e999",
      JSON.stringify(`${"[{".repeat(900)}"${"[{".repeat(900)}`),
    ])
      expect(parsePairs(`{"prompt":"a","response":"b","x":${value}}`)).toEqual([
        { prompt: "a", response: "b" },
      ]);
  });

  test("blank lines and other endings of lines are skipped", () => {
    expect(parsePairs(`${good}\r${good}\n`)).toHaveLength(2);
    expect(parsePairs(`${good}\r\n\r\n{"question":"Why?","answer":"So.","note":1}\n`)).toEqual([
      { prompt: "Say hi", response: "hi" },
      { prompt: "Why?", response: "So." },
    ]);
    expect(() => parsePairs("\n\n")).toThrow("No line holds an object.");
  });
});
