import { HttpRequestError, RpcRequestError } from "viem";
import { expect, test } from "vitest";
import { ContentUnavailableError } from "../content/contentSources.ts";
import { WorkerError, WorkerGoneError } from "../worker/pythonWorker.ts";
import { ClaimUnreadableError } from "./commitment.ts";
import { isFinal, isPassing } from "./failures.ts";
import { UnfitJobError } from "./specs.ts";

const said = (code: string) => new WorkerError({ code, message: "It failed.", next: "Look." });

test("a disk that is full, a file that is gone, a worker that died and a chain that does not answer are tried again", () => {
  const passing = [
    said("disk-full"),
    said("missing-file"),
    said("wrong-data"),
    said("cancelled"),
    said("processes-died"),
    new WorkerGoneError("The worker ended."),
    new ContentUnavailableError("Nobody has it."),
    new TypeError("fetch failed"),
    new ClaimUnreadableError(1),
    new HttpRequestError({ url: "http://127.0.0.1" }),
    new RpcRequestError({
      body: {},
      url: "http://127.0.0.1",
      error: { code: -32_000, message: "header not found" },
    }),
    Object.assign(new Error("no space left on device"), { code: "ENOSPC" }),
  ];
  for (const error of passing) expect([isPassing(error), isFinal(error)]).toEqual([true, false]);
});

test("a loss that is no number, a memory too small, and a wrong base end the job for this node", () => {
  const final = [
    said("diverged"),
    said("out-of-memory"),
    said("wrong-base"),
    said("too-little-data"),
    new UnfitJobError("It contradicts its spec."),
  ];
  for (const error of final) expect([isPassing(error), isFinal(error)]).toEqual([false, true]);
});

test("anything else loses the lease, and the job may be claimed again", () => {
  for (const error of [said("unexpected"), new Error("?")])
    expect([isPassing(error), isFinal(error)]).toEqual([false, false]);
});
