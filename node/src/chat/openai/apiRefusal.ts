import type { FastifyReply } from "fastify";
import { toAnswer } from "../../app/httpErrors.ts";
import { WorkerError, WorkerGoneError } from "../../worker/pythonWorker.ts";

/** The kinds of error that clients of the OpenAI API tell apart. */
type ErrorType = "invalid_request_error" | "rate_limit_error" | "server_error";

/** A refusal in the shape of the OpenAI API. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    parts: {
      type: ErrorType;
      message: string;
      code?: string;
      param?: string;
      headers?: Record<string, string>;
    },
  ) {
    super(parts.message);
    this.status = status;
    this.type = parts.type;
    this.code = parts.code ?? null;
    this.param = parts.param ?? null;
    this.headers = parts.headers ?? {};
  }

  /** A parameter that is wrong, or that this server does not have. */
  static ofParameter(param: string, message: string, code = "invalid_value"): ApiRefusal {
    return new ApiRefusal(400, { type: "invalid_request_error", param, message, code });
  }

  /** A failure of this server, not of the question. */
  static ofServer(status: 500 | 502 | 503, message: string, code: string): ApiRefusal {
    return new ApiRefusal(status, { type: "server_error", message, code });
  }

  /** The body that is sent. */
  get body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** What the worker calls a conversation that cannot be answered, whatever is tried. */
const FAULTS_OF_MESSAGES: Record<string, string> = {
  "bad-prompt": "context_length_exceeded",
  "bad-conversation": "invalid_value",
  "bad-request": "invalid_value",
};
/** What passes when it is tried again later. */
const PASSING = new Set(["busy", "out-of-memory", "cancelled", "bad-adapter"]);

/** Any failure as a refusal of the OpenAI API. */
export function toRefusal(error: unknown): ApiRefusal {
  if (error instanceof ApiRefusal) return error;
  if (error instanceof WorkerError) {
    const message = `${error.message} ${error.next}`.trim();
    const fault = FAULTS_OF_MESSAGES[error.code];
    if (fault !== undefined) return ApiRefusal.ofParameter("messages", message, fault);
    return ApiRefusal.ofServer(PASSING.has(error.code) ? 503 : 500, message, error.code);
  }
  if (error instanceof WorkerGoneError) {
    return ApiRefusal.ofServer(503, `${error.message} Ask again in a moment.`, "worker-gone");
  }
  const { status, body } = toAnswer(error);
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return new ApiRefusal(status, { type, message: `${body.sentence} ${body.next}`, code: body.code });
}

/** Answer with a refusal. */
export function sendRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  const refusal = toRefusal(error);
  return reply
    .code(refusal.status)
    .headers(refusal.headers)
    .type("application/json")
    .serializer(JSON.stringify)
    .send(refusal.body);
}
