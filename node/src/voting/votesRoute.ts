import { z } from "zod";
import type { Server } from "../app/server.ts";
import type { VoteStore } from "./voteStore.ts";

/**
 * GET /v1/votes: what this node voted and why, item by item: the finding and the measure of every check, who decided, and
 * what a person changed. Votes still in their commit window are left out.
 */
export function addVotesRoute(server: Server, votes: VoteStore, isPublic: (docket: number) => boolean): void {
  server.get(
    "/v1/votes",
    {
      schema: {
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(50),
          before: z.coerce.number().int().min(1).optional(),
        }),
      },
    },
    ({ query }) => ({
      votes: votes
        .list(query.limit, query.before)
        .filter(({ docket }) => isPublic(docket))
        .map(({ docket, round, version, word, opinions, complete, decidedBy, changes, decidedAt }) => ({
          docket,
          round,
          version,
          word: String(word),
          decidedAt,
          decidedBy,
          complete,
          changes,
          items: opinions,
        })),
    }),
  );
}
