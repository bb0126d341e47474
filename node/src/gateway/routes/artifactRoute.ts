import type { IncomingMessage } from "node:http";
import { MAX_ARTIFACT_BYTES } from "@openledger/sdk/artifact";
import { readStake } from "@openledger/sdk/client/readStake";
import { COMPUTE } from "@openledger/sdk/pools";
import { addressSchema, bytes32Schema, integerSchema } from "@openledger/sdk/schemas";
import { artifactTypedData } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import { networkOf } from "../../app/network.ts";
import type { Server } from "../../app/server.ts";
import { blocksOfFile } from "../../storage/fileBlocks.ts";
import { type StagedFile, TooManyBytesError } from "../../storage/staging.ts";
import type { GatewayParts } from "../parts.ts";
import type { WriteLimits } from "../protection.ts";
import { errorSchema, signatureSchema } from "./schemas.ts";

/** A signature that is good for longer than this could be used long after its trainer left. */
const LONGEST_SECONDS = 86_400;

const headers = z.object({
  "content-length": z.coerce.number().pipe(integerSchema(1, MAX_ARTIFACT_BYTES)),
  "x-openledger-sha256": bytes32Schema,
  "x-openledger-signer": addressSchema,
  "x-openledger-expires": z.coerce.number().pipe(integerSchema(0, 2 ** 40 - 1)),
  "x-openledger-signature": signatureSchema,
});

interface Claim {
  sha256: Hex;
  sizeBytes: number;
  expires: number;
  signer: Address;
  signature: Hex;
}

/** What trainers publish: taken from holders of a COMPUTE seat only, who have something to lose. */
export async function addArtifactRoute(
  server: Server,
  parts: GatewayParts,
  limits: WriteLimits,
): Promise<void> {
  await server.register(async (scope) => {
    // The body is streamed to disk, whatever its type says.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    (scope as unknown as Server).post(
      "/v1/artifacts",
      {
        config: { rateLimit: limits.perIp },
        bodyLimit: MAX_ARTIFACT_BYTES,
        schema: {
          tags: ["train"],
          summary: "Publish an artifact of a training run",
          description:
            "The raw bytes, with their sha256, the signer, the expiry in Unix seconds of chain time, and the signer's EIP-712 signature of Artifact(bytes32 sha256,uint256 sizeBytes,uint40 expires).",
          headers,
          response: { 200: z.object({ cid: z.string(), sha256: z.string() }), "4xx": errorSchema },
        },
      },
      async (request) => {
        const claim: Claim = {
          sha256: request.headers["x-openledger-sha256"],
          sizeBytes: request.headers["content-length"],
          expires: request.headers["x-openledger-expires"],
          signer: request.headers["x-openledger-signer"],
          signature: request.headers["x-openledger-signature"],
        };
        limits.count(claim.signer);
        await requireTrainer(parts, claim);
        return {
          cid: await receive(parts, claim, networkOf(request.ip), request.body as IncomingMessage),
          sha256: claim.sha256,
        };
      },
    );
  });
}

async function requireTrainer({ chain }: GatewayParts, claim: Claim): Promise<void> {
  const { chainId, addresses, client } = chain;
  const { sha256, expires, signer, signature } = claim;
  const now = await chain.now();
  if (expires < now || expires > now + LONGEST_SECONDS) {
    throw new HttpRefusal(409, {
      code: "artifact-expired",
      sentence: `The signature is good until ${expires}; chain time is ${now}, and at most ${LONGEST_SECONDS} seconds more are taken.`,
      next: "Sign again with an expiry within a day of chain time.",
    });
  }
  const artifact = { sha256, sizeBytes: BigInt(claim.sizeBytes), expires };
  const typedData = artifactTypedData({ chainId, training: addresses.training, artifact });
  if (!(await client.verifyTypedData({ address: signer, ...typedData, signature }))) {
    throw new HttpRefusal(401, {
      code: "bad-signature",
      sentence: `The signature is not ${signer}'s signature of this artifact.`,
      next: "Sign the sha256, the exact size and the expiry that are sent in the headers.",
    });
  }
  const { seats } = await readStake(client, { addresses, pool: COMPUTE, holder: signer });
  if (seats > 0) return;
  throw new HttpRefusal(403, {
    code: "no-compute-seat",
    sentence: `${signer} holds no COMPUTE seat.`,
    next: "Stake a seat in the COMPUTE pool first.",
  });
}

async function receive(
  { staging, store, published }: GatewayParts,
  claim: Claim,
  ip: string,
  body: IncomingMessage,
): Promise<string> {
  let file: StagedFile;
  try {
    file = await staging.receive({ contributor: claim.signer, ip }, body, claim.sizeBytes);
  } catch (error) {
    if (error instanceof TooManyBytesError) throw otherBytes(claim, `more than ${claim.sizeBytes} bytes`);
    throw error;
  }
  try {
    if (file.sha256 !== claim.sha256 || file.sizeBytes !== claim.sizeBytes) {
      throw otherBytes(claim, `${file.sizeBytes} bytes with the sha256 ${file.sha256}`);
    }
    const cid = await store.putFile(file.path);
    const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
    published.add({ cid, mediaType: "application/octet-stream", sizeBytes: file.sizeBytes }, blocks);
    return cid;
  } finally {
    staging.release(claim.signer, file.sha256);
  }
}

function otherBytes({ sha256, sizeBytes }: Claim, came: string): HttpRefusal {
  return new HttpRefusal(422, {
    code: "bytes-differ",
    sentence: `${sizeBytes} bytes with the sha256 ${sha256} were announced, and ${came} came.`,
    next: "Send exactly the bytes that were signed.",
  });
}
