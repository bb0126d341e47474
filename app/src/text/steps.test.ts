import { expect, test } from "vitest";
import { type DocketTimes, docketStage, docketSteps, submissionSteps } from "./steps.ts";

const drawn: DocketTimes = {
  phase: "DRAWN",
  round: 0,
  closesAt: 50,
  commitEnds: 100,
  revealEnds: 120,
  appealEnds: null,
  committeeSize: 5,
  committee: [],
  committed: 4,
  revealed: 2,
};

const nowOf = (steps: { key: string; state: string }[]) => steps.find(({ state }) => state === "now")?.key;

test("a drawn docket's stage follows from chain time, to the second", () => {
  expect(docketStage(drawn, 99)).toBe("committing");
  expect(docketStage(drawn, 100)).toBe("revealing");
  expect(docketStage(drawn, 119)).toBe("revealing");
  expect(docketStage(drawn, 120)).toBe("settling");
});

test("the other stages do not depend on time", () => {
  expect(docketStage({ ...drawn, phase: "COLLECTING" }, 1e9)).toBe("collecting");
  expect(docketStage({ ...drawn, phase: "DRAWING" }, 1e9)).toBe("drawing");
  expect(docketStage({ ...drawn, phase: "SETTLED" }, 0)).toBe("settled");
});

test("a docket says what it collects", () => {
  expect([docketSteps(drawn, 0), docketSteps(drawn, 0, "runs")].map(([first]) => first?.detail)).toEqual([
    "more files may join",
    "more runs may join",
  ]);
});

test("only the present step counts down", () => {
  const steps = docketSteps(drawn, 90);
  expect(nowOf(steps)).toBe("committing");
  expect(steps.filter(({ endsAt }) => endsAt !== undefined)).toMatchObject([
    { key: "committing", endsAt: 100 },
  ]);
});

test("a settled docket has every step behind it", () => {
  expect(docketSteps({ ...drawn, phase: "SETTLED" }, 90).every(({ state }) => state === "done")).toBe(true);
});

test("a docket that was drawn again says so", () => {
  expect(docketSteps({ ...drawn, round: 1 }, 90)[1]?.detail).toBe("round 2");
});

test("a submission waits for its block until it is mined", () => {
  for (const state of ["received", "signed", "sent"] as const) {
    expect(nowOf(submissionSteps(state, undefined, 0, ""))).toBe("mined");
  }
});

test("a submission that its contributor has to send says so", () => {
  const steps = submissionSteps("awaiting", undefined, 0, "");
  expect(nowOf(steps)).toBe("mined");
  expect(steps.find(({ key }) => key === "mined")?.detail).toBe("waiting for you to send it");
});

test("a judged submission follows its docket", () => {
  const at = (docket: DocketTimes, now: number) => nowOf(submissionSteps("judging", docket, now, ""));
  expect(at({ ...drawn, phase: "COLLECTING" }, 0)).toBe("drawn");
  expect(at(drawn, 90)).toBe("commits");
  expect(at(drawn, 110)).toBe("reveals");
  expect(at(drawn, 130)).toBe("verdict");
  expect(at({ ...drawn, phase: "SETTLED", appealEnds: 150 }, 149)).toBe("appeal");
  expect(at({ ...drawn, phase: "SETTLED", appealEnds: 150 }, 150)).toBe("paid");
});

test("an appeal under way holds a submission, though the window is over", () => {
  const settled = { ...drawn, phase: "SETTLED", appealEnds: 150 } as const;
  const steps = submissionSteps("settled", settled, 200, "", true);
  expect(steps.find(({ key }) => key === "appeal")).toMatchObject({ state: "now", title: "Appealed" });
  expect(nowOf(submissionSteps("settled", settled, 200, ""))).toBe("paid");
});

test("a collecting docket counts down to its closing", () => {
  const steps = submissionSteps("mined", { ...drawn, phase: "COLLECTING" }, 40, "");
  expect(steps.find(({ key }) => key === "drawn")).toMatchObject({ state: "now", endsAt: 50 });
});

test("a finalized submission is done and shows what was paid, before the index knows the docket too", () => {
  const steps = submissionSteps("finalized", undefined, 0, "2.5 OPEN");
  expect(steps.every(({ state }) => state === "done")).toBe(true);
  expect(steps.at(-1)?.detail).toBe("2.5 OPEN");
});

test("a failed submission failed on its way to the chain", () => {
  const steps = submissionSteps("failed", undefined, 0, "");
  expect(steps.map(({ state }) => state)).toEqual([
    "done",
    "failed",
    "waiting",
    "waiting",
    "waiting",
    "waiting",
    "waiting",
    "waiting",
  ]);
});
