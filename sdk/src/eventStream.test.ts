import { expect, test } from "vitest";
import { EventStreamParser, readEvents } from "./eventStream.ts";

test("an event may come in pieces of any size", () => {
  const parser = new EventStreamParser();
  const events = [...'event: step\ndata: {"step":1}\n\n'].flatMap((letter) => parser.push(letter));
  expect(events).toEqual([{ event: "step", data: '{"step":1}' }]);
});

test("several events in one piece, with ids, comments and lines over several data fields", () => {
  const parser = new EventStreamParser();
  expect(parser.push(": hello\n\nid: 7\ndata: a\ndata: b\n\nevent: done\ndata:x\n\n")).toEqual([
    { event: "message", data: "a\nb", id: "7" },
    { event: "done", data: "x" },
  ]);
});

test("carriage returns end lines too", () => {
  expect(new EventStreamParser().push("event: a\r\ndata: 1\r\n\r\n")).toEqual([{ event: "a", data: "1" }]);
});

test("a block without data is no event", () => {
  expect(new EventStreamParser().push("event: ping\n\n:\n\n")).toEqual([]);
});

test("an answer that ends without a blank line gives its last event, and letters of several bytes stay whole", async () => {
  const bytes = new TextEncoder().encode("data: Grüße 🌱\n\ndata: end\n");
  const pieces = [bytes.slice(0, 9), bytes.slice(9, 16), bytes.slice(16)];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events = [];
  for await (const event of readEvents(new Response(body))) events.push(event.data);
  expect(events).toEqual(["Grüße 🌱", "end"]);
});
