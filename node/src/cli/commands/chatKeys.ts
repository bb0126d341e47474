import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "viem";
import { NODE_DATABASE } from "../../app/database.ts";
import { UserError } from "../../app/errors.ts";
import { CHAT_KEYS_FILE, type ChatKey, ChatKeys } from "../../chat/chatKeys.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** Makes a key and tells it, once. */
export function createChatKey(
  session: Session,
  dataDir: string,
  wanted: {
    name: string;
    user: Address | undefined;
    requests: number | undefined;
    tokens: number | undefined;
    days: number | undefined;
  },
): Promise<Answer> {
  return withKeys(session, dataDir, (keys) => {
    const { key, entry } = keys.create({
      name: wanted.name,
      user: wanted.user,
      requestsPerMinute: wanted.requests,
      tokensPerMinute: wanted.tokens,
      expiresAt: wanted.days === undefined ? undefined : Math.floor(Date.now() / 1000) + 86_400 * wanted.days,
    });
    session.progress(`Key ${entry.id} (${entry.name}). It is shown now and never again:`);
    return { json: { key, ...entry }, lines: [key] };
  });
}

/** Tells every key, without the keys themselves. */
export function listChatKeys(session: Session, dataDir: string): Promise<Answer> {
  return withKeys(session, dataDir, (keys) => {
    const entries = keys.list();
    const lines = entries.length === 0 ? ["There is no key yet."] : entries.map(lineOf);
    return { json: entries, lines };
  });
}

/** Takes a key's validity away. */
export function revokeChatKey(session: Session, dataDir: string, id: number): Promise<Answer> {
  return withKeys(session, dataDir, (keys) => {
    if (!keys.revoke(id)) {
      throw new UserError({
        code: "unknown-key",
        sentence: `There is no valid key ${id}.`,
        next: "See openledger chat-key list.",
      });
    }
    return { json: { revoked: id }, lines: [`Key ${id} is not valid any more.`] };
  });
}

async function withKeys(
  session: Session,
  dataDir: string,
  work: (keys: ChatKeys) => Answer,
): Promise<Answer> {
  const folder = session.path(dataDir);
  if (!existsSync(join(folder, NODE_DATABASE))) {
    throw new UserError({
      code: "no-daemon",
      sentence: `${folder} is not the data directory of a daemon that has ever run.`,
      next: "Name the DATA_DIR of the chat server, and start it once before.",
    });
  }
  const keys = ChatKeys.open(join(folder, CHAT_KEYS_FILE));
  try {
    return work(keys);
  } finally {
    keys.close();
  }
}

function lineOf(entry: ChatKey): string {
  const { id, name, begins, user, requestsPerMinute, tokensPerMinute, createdAt, expiresAt, revokedAt } =
    entry;
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
  return [
    `${id}  ${begins}…  ${name}`,
    `made ${day(createdAt)}`,
    ...(user === undefined ? [] : [`paid by ${user}`]),
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests a minute`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tokens a minute`]),
    ...(expiresAt === undefined ? [] : [`valid until ${day(expiresAt)}`]),
    ...(revokedAt === undefined ? [] : [`revoked ${day(revokedAt)}`]),
  ].join(", ");
}
