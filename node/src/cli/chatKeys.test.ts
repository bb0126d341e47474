import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startChat } from "../testing/chatServer.ts";
import { refusalOf, runJsonCommand } from "../testing/commandLine.ts";
import { ExitCode } from "./exitCodes.ts";

const user = "0x00000000000000000000000000000000000000AA";
let chat: Awaited<ReturnType<typeof startChat>>;
const run = (args: string[]) => runJsonCommand(["chat-key", ...args], { env: {}, cwd: chat.folder });
const status = async (key: string) =>
  (await fetch(`${chat.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;

beforeEach(async () => {
  chat = await startChat({ areKeysRequired: true });
});
afterEach(() => chat.stop());

test("a key is valid as soon as it is made, and no longer once it is revoked, while the server runs", async () => {
  const { code, json } = await run([
    "create",
    "a page",
    "--data-dir",
    ".",
    "--user",
    user,
    "--requests",
    "9",
  ]);
  expect(code).toBe(ExitCode.DONE);
  expect(json).toMatchObject({ id: 1, name: "a page", user, requestsPerMinute: 9 });
  expect(json.key).toMatch(/^olk-[\w-]{43}$/);
  expect(await status(json.key)).toBe(200);
  expect((await run(["revoke", "1", "--data-dir", "."])).code).toBe(ExitCode.DONE);
  expect(await status(json.key)).toBe(401);
});

test("a key is shown once, and lies on the disk only as its hash, readable for its owner alone", async () => {
  const { json } = await run(["create", "mine", "--data-dir", chat.folder]);
  const listed = await run(["list", "--data-dir", chat.folder]);
  expect(listed.json).toMatchObject([{ id: 1, name: "mine", begins: json.key.slice(0, 8) }]);
  expect(listed.out).not.toContain(json.key);
  const file = join(chat.folder, "chat-keys.sqlite");
  for (const path of [file, `${file}-wal`]) expect(await readFile(path, "latin1")).not.toContain(json.key);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test("a key that was made for some days expires after them", async () => {
  const { json } = await run(["create", "guest", "--data-dir", ".", "--days", "2"]);
  expect(json.expiresAt - json.createdAt).toBe(2 * 86_400);
  expect(await status(json.key)).toBe(200);
  const { key } = chat.keys.create({ name: "late", expiresAt: json.createdAt - 1 });
  expect(await status(key)).toBe(401);
  expect((await run(["list", "--data-dir", "."])).json).toMatchObject([{ name: "guest" }, { name: "late" }]);
});

test("what cannot be is refused in words", async () => {
  expect(refusalOf(await run(["revoke", "7", "--data-dir", "."])).sentence).toBe("There is no valid key 7.");
  const elsewhere = await mkdtemp(join(tmpdir(), "openledger-nothing-"));
  expect(refusalOf(await run(["list", "--data-dir", elsewhere])).code).toBe("no-daemon");
  await rm(elsewhere, { recursive: true });
  expect((await run(["create", "x"])).code).toBe(ExitCode.USAGE);
});
