import { Agent, request as send } from "node:http";
import { connect } from "node:net";
import { keepFailure, noOutcome, type Outcome } from "./drive.ts";
import { mutatedFile } from "./mutations.ts";
import { type Request, requestTo } from "./requests.ts";
import type { RunningServer } from "./servers.ts";
import { inputOf, type Target, target } from "./target.ts";

/** A server that does not answer for this long hangs. */
const HANG_MILLISECONDS = 15_000;
/** Requests under way at once, as many people ask at once. */
const AT_ONCE = 8;

/** What a server answered: a status, or why there was none. */
type Answer = number | "hang" | "closed";

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** Sends one request and gives the answer's status. */
function ask(url: string, { method, path, headers, body }: Request): Promise<Answer> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const sent = send({ hostname, port, method, path, headers, agent, setHost: headers.host === undefined });
    const timer = setTimeout(() => {
      resolve("hang");
      sent.destroy();
    }, HANG_MILLISECONDS);
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    sent.once("response", (response) => {
      response.resume();
      finish(response.statusCode ?? 0);
      // Events have no end.
      if (response.headers["content-type"]?.includes("event-stream")) sent.destroy();
    });
    sent.once("error", () => finish("closed"));
    sent.end(body);
  });
}

/** Sends bytes that may be no request at all, and gives the status of the answer, if one came. */
function askRaw(url: string, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = "";
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish("hang"), HANG_MILLISECONDS);
    socket.on("data", (data: Buffer) => {
      text += data.toString("latin1");
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      if (status !== undefined) finish(Number(status));
    });
    socket.once("error", () => finish("closed"));
    socket.once("close", () => finish("closed"));
    socket.end(bytes);
  });
}

const RAW = [
  "GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  "POST /v1/dry-runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
  "POST /v1/specs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
].map((text) => Buffer.from(text));

/** Everything that may come to a server over HTTP. */
export function httpTargets({ name, daemon, routes, known }: RunningServer, inputs: number): Target[] {
  return [
    target(`${name}-requests`, inputs, requestTo(routes, known), (request) => ask(daemon.url, request)),
    target(`${name}-bytes`, Math.ceil(inputs / 8), mutatedFile(RAW), (bytes) => askRaw(daemon.url, bytes)),
  ];
}

/**
 * Give a server all its inputs, several at once.
 *
 * @param isAlive Whether the server still runs; it has crashed when it does not.
 */
export async function driveServer(
  server: Target,
  seed: number,
  count: number,
  isAlive: () => boolean,
): Promise<Outcome> {
  const outcome = noOutcome();
  const started = performance.now();
  let next = 0;
  let answered = 0;
  const ask = async (): Promise<void> => {
    for (let index = next++; index < count && isAlive(); index = next++) {
      const input = inputOf(server, seed, index);
      outcome.inputs++;
      const before = answered;
      const answer = (await server.take(input as never)) as Answer;
      answered++;
      const shown = () => JSON.stringify(input, (_key, value) => value).slice(0, 800);
      if (answer === "hang") {
        outcome.hangs++;
        keepFailure(outcome, index, `It hangs, while ${answered - before} others were answered. ${shown()}`);
      } else if (typeof answer === "number" && answer >= 500 && !isRefusal(answer)) {
        outcome.status500++;
        keepFailure(outcome, index, `${answer}: ${shown()}`);
      } else if (!isAlive()) {
        outcome.crashes++;
        keepFailure(outcome, index, `The server ended. ${shown()}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  outcome.seconds = (performance.now() - started) / 1000;
  return outcome;
}

/** 501 (a method that HTTP does not know) and 503 (a part that this server does not have) are answers, not failures. */
function isRefusal(status: number): boolean {
  return status === 501 || status === 503;
}

/** Ends the connections that are kept. */
export function closeConnections(): void {
  agent.destroy();
}
