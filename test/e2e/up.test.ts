/** The main job as a user runs it: the demo once, the stack resumed, a file contributed through the page, Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wordProblems } from "../../scripts/demo/files.ts";
import type { Summary } from "../../scripts/demo/play.ts";
import { until } from "../../scripts/demo/questions.ts";
import { expectAccessible, tabTo } from "../browser/accessible.ts";
import { launchChromium } from "../browser/chromium.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "openledger-up-"));
const summaryFile = join(directory, "summary.json");
let running: ChildProcess | undefined;
let browser: Browser | undefined;

/** Starts `npm run up` without its set-up, which `npm test` has done. */
function up(args: string[]): { child: ChildProcess; output: () => string; ended: Promise<number> } {
  const child = spawn(process.execPath, ["scripts/stack/up.ts", ...args], {
    cwd: root,
    env: { ...process.env, OPENLEDGER_STACK_DIR: join(directory, "stack") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  running = child;
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  return { child, output: () => output, ended };
}

/** Whether somebody listens at a local address. */
function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Processes that were started for this test's stack. */
function leftProcesses(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(
          `OPENLEDGER_STACK=${join(directory, "stack")}`,
        );
      } catch {
        return false;
      }
    });
}

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  running?.kill("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

test("plays the whole demo once, every step held", async () => {
  const { output, ended } = up(["--once", "--summary", summaryFile]);
  expect(await ended, output().slice(-5000)).toBe(0);
  const summary = JSON.parse(readFileSync(summaryFile, "utf8")) as Summary;
  expect(summary.submissions).toBeGreaterThanOrEqual(8);
  expect(summary.files.accepted).toBeGreaterThanOrEqual(30);
  expect(Object.values(summary.files.byReason).reduce((sum, count) => sum + count, 0)).toBe(
    summary.files.rejected,
  );
  expect(summary.duplicatesRefused).toBeGreaterThanOrEqual(1);
  expect(summary.quotaRefused).toBeGreaterThanOrEqual(2);
  expect(summary.job.lossAfter).toBeLessThan(summary.job.lossBefore * 0.85);
  expect(summary.job.checkedBy.length).toBeGreaterThanOrEqual(3);
  expect(summary.model.adapterSha256).toMatch(/^0x[0-9a-f]{64}$/);
  expect(summary.chat.tuned).not.toBe(summary.chat.base);
  for (const line of [
    /committee drawn/,
    /commits/,
    /reveals/,
    /verdict/,
    /claims .* OPEN/,
    /step 60 of 60/,
    /confirms/,
  ])
    expect(output()).toMatch(line);
  expect(leftProcesses()).toEqual([]);
});

test("resumes, takes a file through the page to its verdict, and leaves nothing behind at Ctrl-C", async () => {
  const { child, output, ended } = up([]);
  const page = await until(
    "The running page",
    120,
    async () => /Open (http:\S+) in a browser/.exec(output())?.[1],
  );
  expect(output()).toMatch(/The demo was played before/);
  expect(output()).not.toMatch(/FAULT/);
  const rpc = /chain RPC .*?(http:\/\/127\.0\.0\.1:\d+)/.exec(output())?.[1] ?? "";

  if (!browser) throw new Error("There is no browser.");
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  tab.setDefaultTimeout(120_000);
  const [problems] = wordProblems(21, 21);
  if (!problems) throw new Error("The demo lacks a file.");
  await tab.goto(page);
  await tab.getByTestId("wallet-button").click();
  await tab.locator("#wallet-menu").getByTestId("demo-account-9").click();
  await tab.keyboard.press("Escape");
  await tab.getByTestId("datanet-1").getByRole("link").first().click();
  await tab.getByTestId("contribute-here").click();
  await tab.getByTestId("file-input").setInputFiles([
    { name: problems.name, mimeType: "application/jsonl", buffer: Buffer.from(problems.bytes) },
    { name: "nothing.md", mimeType: "text/markdown", buffer: Buffer.alloc(0) },
  ]);
  const chosen = tab.getByTestId("chosen-files");
  await chosen.locator("li[data-stage=refused]").getByTestId("reason").waitFor();
  expect(await chosen.locator("li[data-stage=refused]").textContent()).toMatch(/empty/);
  await tab.getByTestId("sign").waitFor();
  await expect.poll(() => tab.getByTestId("summary").textContent()).toBe("2 files: 1 ready and 1 refused.");
  await expectAccessible(tab);
  const stops = await tabTo(tab, /^Sign and submit$/);
  expect(stops.filter((stop) => stop.startsWith("Remove"))).toEqual([
    `Remove ${problems.name}`,
    "Remove nothing.md",
  ]);
  await tab.keyboard.press("Enter");
  await tab.waitForURL(/\/submissions\/0x/);
  // While validators judge, there is time to talk.
  await talk(await context.newPage(), page);
  await lookAtTraining(await context.newPage(), page);
  await tab.locator("[data-testid=submission][data-state=finalized]").waitFor({ timeout: 150_000 });
  const verdict = tab.locator(`[data-testid=verdict][data-file="${problems.name}"]`);
  expect(Number(await verdict.getByTestId("grade").getAttribute("data-grade"))).toBeGreaterThan(0);
  await tab.getByTestId("earned").waitFor();

  child.kill("SIGINT");
  expect(await ended, output().slice(-3000)).toBe(0);
  expect(leftProcesses()).toEqual([]);
  expect(await isOpen(page)).toBe(false);
  expect(await isOpen(rpc)).toBe(false);
});

/** Looks at the demo's run and its release, and begins to post another job. */
async function lookAtTraining(tab: Page, page: string): Promise<void> {
  tab.setDefaultTimeout(120_000);
  await tab.goto(`${page}/jobs/1`);
  await expect
    .poll(async () => Number(await tab.getByTestId("loss-chart").getAttribute("data-points")))
    .toBeGreaterThan(1);
  await expectAccessible(tab);
  await tab.getByTestId("model-card-link").click();
  await tab.getByTestId("model-card").waitFor();
  await tab.getByTestId("download-adapter").waitFor();
  await expectAccessible(tab);
  await tab.getByTestId("refine").click();
  await tab.getByTestId("job-summary").waitFor();
  await expectAccessible(tab);
  await tab.goto(`${page}/jobs/new?datanet=2`);
  expect(await tab.getByTestId("other-trainers").textContent()).toMatch(/are for other trainers/);
  await tab.close();
}

/** Asks the demo's release and its base on the page, has the answer again, and looks at what gave it. */
async function talk(tab: Page, page: string): Promise<void> {
  tab.setDefaultTimeout(120_000);
  await tab.goto(`${page}/talk`);
  await tab.getByTestId("question").fill("A hen lays 3 eggs a day. How many eggs in a week?");
  await tab.keyboard.press("Enter");
  // Both answers are whole once what gave them is shown.
  await tab.getByTestId("reply-facts").nth(1).waitFor();
  const answer = () => tab.getByTestId("answer-tuned").last().textContent();
  const first = await answer();
  expect(first).not.toBe("");
  await tab.getByRole("button", { name: "The same seed again" }).click();
  await tab.getByTestId("reply-facts").nth(1).waitFor();
  expect(await answer()).toBe(first);
  // A model of a few million parameters may say nothing, which nothing shaped.
  if ((await tab.getByTestId("shaping-data").count()) > 0) {
    await tab.getByTestId("shaping-data").locator("summary").click();
    await tab.locator(".shaping .soft, .share-list").first().waitFor();
  }
  await tab.getByTestId("question").fill("And in two weeks?");
  await tab.getByTestId("ask").click();
  await tab.getByTestId("reply-facts").nth(3).waitFor();
  await expectAccessible(tab);
  await tab.close();
}
