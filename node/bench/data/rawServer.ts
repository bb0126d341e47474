/**
 * What the gateway is measured beside: plain fastify with its multipart plugin, writing each file to disk and nothing
 * else. `node rawServer.ts FOLDER sync|nosync` prints its address and runs until it is stopped. With `sync` a file is
 * on the disk before the answer, as the gateway promises it.
 */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import multipart from "@fastify/multipart";
import Fastify from "fastify";

const [folder = "", durability = "sync"] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const server = Fastify();
await server.register(multipart, { limits: { fileSize: 10 * 1_048_576 + 1, files: 100 } });
let count = 0;
server.post("/v1/uploads", async (request) => {
  const files: string[] = [];
  for await (const part of request.files()) {
    const path = join(folder, String(count++));
    // `flush` makes the stream call fsync before it closes.
    await pipeline(part.file, createWriteStream(path, { flush: durability === "sync" }));
    files.push(part.filename);
  }
  return { files };
});
process.stdout.write(`${await server.listen({ host: "127.0.0.1", port: 0 })}\n`);
