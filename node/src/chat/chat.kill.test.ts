import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { verifyUsageRecords } from "@openledger/sdk/usageRecord";
import OpenAI from "openai";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { TEST_DOMAIN } from "../testing/chatServer.ts";
import { UsageLog } from "./usageLog.ts";

const PROCESS = new URL("../testing/chatProcess.ts", import.meta.url).pathname;
const KILLS = 4;

test("a server that is killed the moment an answer is whole has its record, and goes on after it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "openledger-chat-kill-"));
  const told: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [PROCESS, folder], { stdio: ["ignore", "pipe", "ignore"] });
    const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new OpenAI({ apiKey: "any", baseURL: `${url}/v1`, maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: "release-1",
      messages: [{ role: "user", content: `Question ${kill}?` }],
      stream: true,
    });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.finish_reason == null) continue;
      child.kill("SIGKILL");
      told.push((chunk as unknown as { openledger: { usageRecord: string } }).openledger.usageRecord);
      break;
    }
    await once(child, "close");
  }
  const database = openDatabase(join(folder, "node.sqlite"));
  const account = privateKeyToAccount(`0x${"44".repeat(32)}`);
  const records = new UsageLog({ database, account, ...TEST_DOMAIN }).list(0, 100);
  expect(records.map(({ digest }) => digest)).toEqual(told);
  expect(await verifyUsageRecords({ ...TEST_DOMAIN, records })).toMatchObject({ ok: true });
  database.close();
  await rm(folder, { recursive: true });
});
