import { Feed } from "feed";
import type { Address } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { Notices } from "./notices.ts";

const LISTED = 50;

/** GET /v1/feed.atom and /v1/feed.rss: what happened to this account's votes, for any feed reader. Nothing in it is a secret. */
export function addFeedRoutes(server: Server, notices: Notices, account: Address): void {
  const feedAt = (origin: string): Feed => {
    const entries = notices.list(LISTED);
    const feed = new Feed({
      id: `urn:openledger:voter:${account.toLowerCase()}`,
      title: `Votes of ${account}`,
      description: "Draws, reveals that are due, verdicts, appeals and payments of one voter.",
      link: `${origin}/v1/votes`,
      feedLinks: { atom: `${origin}/v1/feed.atom`, rss: `${origin}/v1/feed.rss` },
      copyright: "",
      generator: "openledger-node",
      updated: new Date((entries[0]?.at ?? 0) * 1000),
    });
    for (const { id, title, text, kind, docket, at } of entries) {
      feed.addItem({
        id: `urn:openledger:notice:${account.toLowerCase()}:${id}`,
        guid: `urn:openledger:notice:${account.toLowerCase()}:${id}`,
        title,
        description: text,
        link: `${origin}/v1/dockets#${docket}`,
        date: new Date(at * 1000),
        category: [{ name: kind }],
      });
    }
    return feed;
  };
  server.get("/v1/feed.atom", (request, reply) =>
    reply.type("application/atom+xml; charset=utf-8").send(feedAt(originOf(request)).atom1()),
  );
  server.get("/v1/feed.rss", (request, reply) =>
    reply.type("application/rss+xml; charset=utf-8").send(feedAt(originOf(request)).rss2()),
  );
}

/** Where the reader asked: links in a feed are whole addresses. */
function originOf(request: { protocol: string; host: string }): string {
  const origin = `${request.protocol}://${request.host}`;
  if (URL.canParse(origin)) return new URL(origin).origin;
  throw new HttpRefusal(400, {
    code: "bad-host",
    sentence: `${JSON.stringify(request.host.slice(0, 80))} in the Host header is not the name of a server.`,
    next: "Ask by the server's name or address; IPv6 stands in brackets.",
  });
}
