/** Ports for the local stack: the usual one when it is free, else any free one. */
import { createServer } from "node:net";

/** Whether nobody listens on `port` of the loopback address. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** A port that the system hands out. */
function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string")
        return reject(new Error("No port was handed out."));
      server.close(() => resolve(address.port));
    });
  });
}

/** Hands out ports that are free now and were not handed out before. */
export class PortPicker {
  readonly #taken = new Set<number>();

  /** @param preferred The usual port, taken when free; any free one otherwise. */
  async pick(preferred?: number): Promise<number> {
    if (preferred !== undefined && !this.#taken.has(preferred) && (await isFree(preferred))) {
      this.#taken.add(preferred);
      return preferred;
    }
    for (;;) {
      const port = await anyPort();
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      return port;
    }
  }
}
