import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyRequest } from "fastify";
import { HttpRefusal } from "../app/httpErrors.ts";
import { TokenFile } from "../app/tokenFile.ts";

const TOKEN_FILE = "page-token";
const LINK_FILE = "page-link";
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Who may see and confirm proposals: whoever can read a file of the data directory. A page of another origin cannot act
 * for them, as the token travels in a header that no other page may set, and never in a cookie; a name that an attacker
 * points at this machine is refused by its Host.
 */
export class PageAccess {
  readonly #directory: string;
  readonly #token: TokenFile;
  readonly #hosts: ReadonlySet<string>;

  /**
   * @param directory The data directory; the token is made in it once.
   * @param hosts Further names under which the page may be reached, without a port.
   */
  constructor(directory: string, hosts: readonly string[]) {
    this.#directory = directory;
    this.#token = new TokenFile(join(directory, TOKEN_FILE));
    this.#hosts = new Set([...LOOPBACK, ...hosts.map((host) => host.toLowerCase())]);
  }

  /**
   * Writes the link that opens the page, token included, to a file that only this user can read.
   *
   * @param origin Where the server listens.
   * @returns the file's path.
   */
  writeLink(origin: string): string {
    const path = join(this.#directory, LINK_FILE);
    writeFileSync(path, `${origin}/#token=${this.#token.token}\n`, { mode: 0o600 });
    return path;
  }

  /** @throws HttpRefusal 403 under a foreign name or from a foreign page, 401 without the token. */
  require(request: FastifyRequest): void {
    const { host, origin, authorization } = request.headers;
    const name = hostName(host ?? "");
    if (!this.#hosts.has(name)) {
      throw new HttpRefusal(403, {
        code: "foreign-host",
        sentence: `This node does not answer as ${JSON.stringify(name)}.`,
        next: "Open the page as 127.0.0.1, or add the name to PAGE_HOSTS.",
      });
    }
    if (origin !== undefined && !isSameOrigin(origin, host ?? "")) {
      throw new HttpRefusal(403, {
        code: "foreign-page",
        sentence: "A page of another address asked for this.",
        next: "Use the node's own page.",
      });
    }
    if (this.#token.isIn(authorization)) return;
    throw new HttpRefusal(401, {
      code: "not-authorised",
      sentence: "Proposals are shown only to who can read this node's data directory.",
      next: `Open the link in the file ${LINK_FILE}, or send the text of ${TOKEN_FILE} as bearer token; both are in DATA_DIR.`,
    });
  }
}

/** The name in a Host header, without the port. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}
