import { HttpRequestError } from "viem";

/** A JSON-RPC request as it goes over the wire. */
interface Asked {
  id: number;
  method: string;
  params?: unknown[];
}

interface Answered {
  id?: unknown;
  result?: unknown;
  error?: unknown;
}

/** An RPC server answered with something that is no answer to what was asked. */
class NonsenseError extends Error {
  override readonly name = "NonsenseError";
}

/**
 * `fetch` for viem's http transport that believes nothing: the whole body is read within the request's time limit, and an
 * answer that is not well-formed JSON-RPC, answers another question, or has a form that the method cannot have, fails
 * like a connection that broke. Without it a server's `null` would be read as nonce 0, and one missing answer in a batch
 * would give every later question its neighbour's answer.
 */
export async function fetchAnswer(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(input, init);
  const text = await response.text();
  if (response.status === 429 || response.status >= 500) throw refusal(input, response, text);
  const asked = JSON.parse(String(init.body)) as Asked | Asked[];
  let answered: unknown;
  try {
    answered = JSON.parse(text);
  } catch {
    if (!response.ok) throw refusal(input, response, text);
    throw new NonsenseError(`The answer is not JSON: ${JSON.stringify(text.slice(0, 80))}.`);
  }
  if (!Array.isArray(asked)) requireAnswer(asked, answered as Answered | null);
  else if (Array.isArray(answered)) requireAnswers(asked, answered as (Answered | null)[]);
  else if (hasError(answered)) throw refusal(input, response, text);
  else throw new NonsenseError("A batch was answered with something that is no list.");
  return new Response(text, { status: response.status, headers: { "content-type": "application/json" } });
}

function refusal(input: string | URL | Request, response: Response, text: string): HttpRequestError {
  return new HttpRequestError({
    url: input instanceof Request ? input.url : String(input),
    status: response.status,
    headers: response.headers,
    details: text.slice(0, 200),
  });
}

function requireAnswers(asked: Asked[], answered: (Answered | null)[]): void {
  if (answered.length !== asked.length)
    throw new NonsenseError(`${asked.length} requests were answered with ${answered.length} answers.`);
  const byId = new Map(answered.map((one) => [one?.id, one]));
  for (const one of asked) requireAnswer(one, byId.get(one.id) ?? null);
}

function requireAnswer({ id, method, params = [] }: Asked, answer: Answered | null): void {
  if (hasError(answer)) {
    // A server that could not read the request names no id.
    const named = answer?.id ?? id;
    if (named === id) return;
    throw new NonsenseError(`The answer to ${method} names another request.`);
  }
  if (answer === null || typeof answer !== "object" || answer.id !== id || answer.result === undefined)
    throw new NonsenseError(`${method} was not answered.`);
  const isOfForm = FORMS[method];
  if (isOfForm === undefined || isOfForm(answer.result, params)) return;
  const shown = (JSON.stringify(answer.result) ?? "nothing").slice(0, 80);
  throw new NonsenseError(`${method} was answered with ${shown}, which it cannot be.`);
}

function hasError(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && typeof (answer as Answered).error === "object";
}

type Form = (result: unknown, params: unknown[]) => boolean;

function matches(pattern: RegExp): Form {
  return (result) => typeof result === "string" && pattern.test(result);
}

const isQuantity = matches(/^0x[0-9a-f]{1,64}$/i);
const isHash = matches(/^0x[0-9a-f]{64}$/i);
const isData = matches(/^0x([0-9a-f]{2})*$/i);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" && a.toLowerCase() === b.toLowerCase();
}

const isBlock: Form = (result, [wanted]) => {
  if (result === null) return true;
  if (!isObject(result) || !isQuantity(result.timestamp, []) || !isHash(result.parentHash, [])) return false;
  if (wanted === "pending") return true;
  if (!isQuantity(result.number, []) || !isHash(result.hash, [])) return false;
  if (typeof wanted !== "string" || !wanted.startsWith("0x")) return true;
  return wanted.length === 66
    ? isSame(result.hash, wanted)
    : BigInt(wanted) === BigInt(String(result.number));
};

const isReceipt: Form = (result, [hash]) =>
  result === null ||
  (isObject(result) &&
    isSame(result.transactionHash, hash) &&
    isHash(result.blockHash, []) &&
    [result.blockNumber, result.gasUsed, result.status].every((one) => isQuantity(one, [])));

/** The forms of answers that money or transactions hang on. */
const FORMS: Record<string, Form> = {
  eth_blockNumber: isQuantity,
  eth_call: isData,
  eth_chainId: isQuantity,
  eth_estimateGas: isQuantity,
  eth_gasPrice: isQuantity,
  eth_getBalance: isQuantity,
  eth_getBlockByHash: isBlock,
  eth_getBlockByNumber: isBlock,
  eth_getCode: isData,
  eth_getLogs: (result) => Array.isArray(result),
  eth_getTransactionByHash: (result, [hash]) =>
    result === null || (isObject(result) && isSame(result.hash, hash)),
  eth_getTransactionCount: isQuantity,
  eth_getTransactionReceipt: isReceipt,
  eth_maxPriorityFeePerGas: isQuantity,
  eth_sendRawTransaction: isHash,
};
