import { reasonOf } from "@openledger/sdk/reasons";
import { expect, test } from "vitest";
import {
  type Contribution,
  type ContributionEvent,
  contribute,
  doubtfulFiles,
  EMPTY_CONTRIBUTION,
  goodFiles,
  isDryRunDue,
  type Prepared,
} from "./contribution.ts";

const refusal = reasonOf("too-many-files");
const prepared = { reward: { perPointWei: 1n, likelyWei: 2n, mostWei: 3n } } as Prepared;
const sha = (letter: string) => `0x${letter.repeat(64)}` as const;

function added(...names: string[]): ContributionEvent {
  const files = names.map((name) => ({ key: name, blob: new File(["x"], name) }));
  return { type: "added", files, limit: 20, refusal };
}

const stored = (key: string, letter = key): ContributionEvent => ({
  type: "stored",
  key,
  sha256: sha(letter),
  mediaType: "text/plain",
});

const after = (...events: ContributionEvent[]): Contribution => events.reduce(contribute, EMPTY_CONTRIBUTION);
const stages = ({ files }: Contribution) => files.map(({ stage }) => stage.name);

test("the 21st file is refused at once, the others wait", () => {
  const names = Array.from({ length: 21 }, (_, n) => `f${n}`);
  const state = after(added(...names));
  expect(stages(state).slice(0, 20)).toEqual(Array(20).fill("waiting"));
  expect(state.files[20]?.stage).toEqual({ name: "refused", reason: refusal });
});

test("refused files do not take a place", () => {
  const state = after(
    added("a"),
    { type: "refused", key: "a", reason: refusal },
    added(..."bcdefghijklmnopqrstu"),
  );
  expect(stages(state).filter((name) => name === "waiting")).toHaveLength(20);
});

test("a dry run is due once nothing is on its way and something was stored", () => {
  expect(isDryRunDue(EMPTY_CONTRIBUTION)).toBe(false);
  const half = after(added("a", "b"), { type: "uploadStarted", key: "a" }, stored("a"));
  expect(isDryRunDue(half)).toBe(false);
  const whole = contribute(half, { type: "refused", key: "b", reason: refusal });
  expect(isDryRunDue(whole)).toBe(true);
  expect(isDryRunDue(contribute(whole, { type: "checkStarted" }))).toBe(false);
});

test("a prepared submission makes the stored files ready, and a change of files takes it back", () => {
  const ready = after(added("a"), stored("a"), { type: "checkStarted" }, { type: "checked", prepared });
  expect(ready).toMatchObject({ step: "ready", prepared });
  expect(stages(ready)).toEqual(["accepted"]);
  const changed = contribute(ready, added("b"));
  expect(changed.step).toBe("choosing");
  expect(changed.prepared).toBeUndefined();
});

test("a dry run that answers for files changed meanwhile is not believed", () => {
  const state = after(added("a"), stored("a"), { type: "checkStarted" }, added("b"), {
    type: "checked",
    prepared,
  });
  expect(state.step).toBe("choosing");
  expect(state.prepared).toBeUndefined();
});

test("a gateway that prepares nothing is told, and not asked for ever", () => {
  const state = after(added("a"), stored("a"), { type: "checkStarted" }, { type: "checked" });
  expect(state.fault?.sentence).toContain("prepared nothing");
  expect(isDryRunDue(state)).toBe(false);
  expect(isDryRunDue(contribute(state, { type: "retried" }))).toBe(true);
});

test("a failed upload waits again when retried, the rest stays", () => {
  const fault = { sentence: "The gateway did not answer.", next: "Try again." };
  const state = after(
    added("a", "b"),
    stored("a"),
    { type: "uploadFailed", key: "b", fault },
    { type: "retried" },
  );
  expect(stages(state)).toEqual(["stored", "waiting"]);
});

test("the same file chosen twice is kept once", () => {
  const state = after(added("a", "b"), stored("a", "c"), stored("b", "c"));
  expect(stages(state)).toEqual(["stored", "refused"]);
  expect(goodFiles(state).map(({ key }) => key)).toEqual(["a"]);
});

test("progress that comes after the end changes nothing", () => {
  const state = after(added("a"), stored("a"), { type: "uploadProgressed", key: "a", sentBytes: 1 });
  expect(stages(state)).toEqual(["stored"]);
});

test("signing needs something prepared; a refusal leads back to it", () => {
  expect(after({ type: "signing" }).step).toBe("choosing");
  const fault = { sentence: "You declined in your wallet.", next: "Try again." };
  const ready = [added("a"), stored("a"), { type: "checkStarted" }, { type: "checked", prepared }] as const;
  const state = after(...ready, { type: "signing" }, { type: "stopped", fault });
  expect(state).toMatchObject({ step: "ready", fault });
  expect(
    after(...ready, { type: "signing" }, { type: "sending" }, { type: "sent", root: sha("d") }),
  ).toMatchObject({
    step: "sent",
    root: sha("d"),
  });
});

test("a paused upload goes on from where it was, and holds nothing back meanwhile", () => {
  const paused = after(
    added("a", "b"),
    { type: "uploadStarted", key: "a" },
    { type: "uploadProgressed", key: "a", sentBytes: 1 },
    { type: "paused", key: "a" },
    stored("b"),
  );
  expect(paused.files[0]?.stage).toEqual({ name: "paused", sentBytes: 1 });
  expect(isDryRunDue(paused)).toBe(true);
  const resumed = [{ type: "resumed", key: "a" } as const, { type: "uploadStarted", key: "a" } as const];
  expect(resumed.reduce<Contribution>(contribute, paused).files[0]?.stage).toEqual({
    name: "uploading",
    sentBytes: 1,
  });
});

test("what validators would object to stays with its file, which may be submitted", () => {
  const warning = reasonOf("near-duplicate");
  const state = after(
    added("a", "b"),
    stored("a"),
    stored("b"),
    { type: "checkStarted" },
    {
      type: "checked",
      prepared,
      warnings: new Map([["b", { warning }]]),
    },
  );
  expect(stages(state)).toEqual(["accepted", "accepted"]);
  expect(state.files[1]?.stage).toMatchObject({ warning });
  expect(goodFiles(state)).toHaveLength(2);
  expect(doubtfulFiles(state).map(({ key }) => key)).toEqual(["b"]);
});

test("another contributor or Datanet starts every upload again", () => {
  expect(stages(after(added("a", "b"), stored("a"), { type: "restarted" }))).toEqual(["waiting", "waiting"]);
});
