import { expect, test } from "vitest";
import { explainAnswer } from "./gateway.ts";

test("the gateway's own words are kept", () => {
  const body = JSON.stringify({ code: "quota-files", sentence: "No files are left today.", next: "Wait." });
  expect(explainAnswer(429, body)).toMatchObject({
    code: "quota-files",
    sentence: "No files are left today.",
    next: "Wait.",
  });
});

test("an answer that is no JSON still gets a sentence and a next step", () => {
  for (const status of [404, 413, 502]) {
    const problem = explainAnswer(status, "<html>Bad gateway</html>");
    expect(problem.sentence).toMatch(/\.$/);
    expect(problem.next).toMatch(/\.$/);
  }
});
