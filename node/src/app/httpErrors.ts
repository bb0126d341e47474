import { explainError } from "@openledger/sdk/errors";
import { Problem } from "@openledger/sdk/problem";
import { type ReasonKey, reasonOf } from "@openledger/sdk/reasons";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { BaseError } from "viem";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import { isUnreachable } from "../chain/unreachable.ts";
import type { Refusal } from "./errors.ts";

/** What every part answers when it refuses a request. */
export interface ErrorBody extends Refusal {
  details?: unknown;
}

/** A refusal with the HTTP status that fits it. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.sentence);
    this.status = status;
    this.body = body;
  }

  /** A refusal for one of the listed reasons. `detail` tells what is particular to this case. */
  static because(status: number, key: ReasonKey, detail?: string): HttpRefusal {
    const { sentence, next } = reasonOf(key);
    return new HttpRefusal(status, {
      code: key,
      sentence: detail === undefined ? sentence : `${sentence} ${detail}`,
      next,
    });
  }
}

const BY_FRAMEWORK_CODE: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: "body-too-large",
    sentence: "What was sent is larger than this address takes.",
    next: "Send less at once.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "unsupported-media-type",
    sentence: "The request's content type is not one that this address takes.",
    next: "See /docs for what it takes.",
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: "not-json",
    sentence: "The request's body is not JSON.",
    next: "Send a JSON object.",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: "not-json",
    sentence: "The request has no body.",
    next: "Send a JSON object.",
  },
};

const DISK_FULL: ErrorBody = {
  code: "disk-full",
  sentence: "There is no room left on this server's disk; what it has already taken is kept.",
  next: "Try again later, or use another gateway. Whoever runs this one has to make room.",
};

/** Files say it with a code of the system, SQLite with a number of its own. */
function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === "ENOSPC" || code === "EDQUOT" || (code === "ERR_SQLITE_ERROR" && errcode === SQLITE_FULL);
}

const SQLITE_FULL = 13;

/** What a person calls the part of a request. */
const PLACES: Record<string, string> = {
  querystring: "query",
  params: "address",
  headers: "headers",
  body: "body",
};

/** Makes every failure of a server's routes an answer with a code, a sentence and a next step. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const { status, body } = toAnswer(error);
    if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, "request failed");
    else request.log.debug({ code: body.code, route: request.routeOptions.url }, "request refused");
    reply.code(status).type("application/json").serializer(JSON.stringify).send(body);
  });
}

/** The answer for an address that does not exist. */
export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body: ErrorBody = {
    code: "not-found",
    sentence: `There is nothing at ${request.method} ${request.url.split("?")[0]}.`,
    next: "Check the address.",
  };
  return reply.code(404).send(body);
}

/** The status and the body with which a failure is answered. */
export function toAnswer(error: unknown): { status: number; body: ErrorBody } {
  if (error instanceof HttpRefusal) return { status: error.status, body: error.body };
  if (error instanceof Problem) {
    return { status: 400, body: { code: error.code, sentence: error.sentence, next: error.next } };
  }
  if (error instanceof TransactionRefusedError) {
    const { code, sentence, next } = error;
    return { status: 409, body: { code, sentence, next } };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, message }) => {
      const place = instancePath.replace(/^\//, "").replaceAll("/", ".");
      return place === "" ? String(message) : `${place}: ${message}`;
    });
    const where = PLACES[error.validationContext ?? ""] ?? "form";
    return {
      status: 400,
      body: {
        code: "bad-request",
        sentence: `The request does not fit, in its ${where}: ${faults.join("; ")}`,
        next: "Correct the named fields; see /docs.",
      },
    };
  }
  if (isUnreachable(error)) {
    return {
      status: 503,
      body: {
        code: "chain-unreachable",
        sentence: "The chain does not answer at the moment.",
        next: "Try again in a moment.",
      },
    };
  }
  if (isDiskFull(error)) return { status: 507, body: DISK_FULL };
  const { code = "", statusCode = 500 } = error as Partial<FastifyError>;
  const known = BY_FRAMEWORK_CODE[code];
  if (known !== undefined) return { status: statusCode, body: known };
  if (statusCode >= 400 && statusCode < 500) {
    const sentence = error instanceof Error ? error.message : String(error);
    return {
      status: statusCode,
      body: { code: code === "" ? String(statusCode) : code, sentence, next: "Correct the request." },
    };
  }
  // A read that reverted, such as the state of a Datanet that does not exist.
  if (error instanceof BaseError) {
    const { name, sentence, next } = explainError(error);
    return { status: 409, body: { code: name, sentence, next } };
  }
  return {
    status: 500,
    body: {
      code: "internal",
      sentence: "Something went wrong here that should not have.",
      next: "Try again; if it stays, tell whoever runs this server when it happened.",
    },
  };
}
