import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** A secret in a file that only this user can read: whoever can read it may act for the daemon. */
export class TokenFile {
  readonly #token: string;

  /** @param path The file; the token is made in it once. */
  constructor(path: string) {
    this.#token = readOrMake(path);
  }

  /** The token itself, for a link that its owner opens. */
  get token(): string {
    return this.#token;
  }

  /** Whether an Authorization header carries the token. */
  isIn(authorization: string | undefined): boolean {
    const given = authorization?.startsWith("Bearer ") ? authorization.slice(7) : "";
    return timingSafeEqual(digest(given), digest(this.#token));
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function readOrMake(path: string): string {
  try {
    const token = readFileSync(path, "utf8").trim();
    if (token.length >= 32) return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const token = randomBytes(32).toString("base64url");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}
