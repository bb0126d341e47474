import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { Address } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { GatewayConfig } from "./gatewayConfig.ts";

/** How much may be written: by IP through the route's configuration, by contributor through `count`. */
export interface WriteLimits {
  perIp: { max: number; timeWindow: number };
  /** @throws HttpRefusal when the contributor wrote too often in this minute. */
  count(contributor: Address): void;
}

/** What a page of another origin has to read to go on with an upload (tus protocol 1.0.0). */
const UPLOAD_HEADERS = [
  "location",
  "tus-extension",
  "tus-max-size",
  "tus-resumable",
  "tus-version",
  "upload-expires",
  "upload-length",
  "upload-metadata",
  "upload-offset",
];

const MINUTE_MILLISECONDS = 60_000;

/** Headers that keep browsers safe, answers for pages of other origins, and limits on how often one may ask. */
export async function addProtection(
  server: Server,
  config: GatewayConfig,
  publicRpcUrl: string | undefined,
): Promise<WriteLimits> {
  await server.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The page asks the chain itself, so that nobody has to believe the gateway.
        connectSrc: ["'self'", ...(publicRpcUrl === undefined ? [] : [new URL(publicRpcUrl).origin])],
        imgSrc: ["'self'", "data:", "blob:"],
        mediaSrc: ["'self'", "blob:"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        // A gateway on one's own machine is reached without TLS.
        upgradeInsecureRequests: null,
      },
    },
    crossOriginResourcePolicy: { policy: "cross-origin" },
    strictTransportSecurity: false,
  });
  // Nothing here depends on cookies: what pages of any origin may ask, anybody may ask.
  await server.register(cors, {
    origin: "*",
    methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    exposedHeaders: ["etag", ...UPLOAD_HEADERS],
  });
  await server.register(rateLimit, {
    global: true,
    max: config.READS_PER_MINUTE,
    timeWindow: MINUTE_MILLISECONDS,
    allowList: (request) => /^\/(healthz|readyz|metrics)$/.test(request.url),
    errorResponseBuilder: (_request, { max, ttl }) =>
      tooMany(`More than ${max} requests came from here in a minute.`, ttl),
  });
  return {
    perIp: { max: config.WRITES_PER_MINUTE, timeWindow: MINUTE_MILLISECONDS },
    count: countByAddress(config.WRITES_PER_ADDRESS),
  };
}

function tooMany(sentence: string, milliseconds: number): HttpRefusal {
  return new HttpRefusal(429, {
    code: "too-many-requests",
    sentence,
    next: `Wait ${Math.ceil(milliseconds / 1000)} seconds, then try again.`,
  });
}

function countByAddress(most: number): (contributor: Address) => void {
  let minute = 0;
  let counts = new Map<Address, number>();
  return (contributor) => {
    const now = Math.floor(Date.now() / MINUTE_MILLISECONDS);
    if (now !== minute) {
      minute = now;
      counts = new Map();
    }
    const count = (counts.get(contributor) ?? 0) + 1;
    counts.set(contributor, count);
    if (count > most) {
      throw tooMany(
        `${contributor} asked more than ${most} times in a minute.`,
        MINUTE_MILLISECONDS - (Date.now() % MINUTE_MILLISECONDS),
      );
    }
  };
}
