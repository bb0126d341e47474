import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a program and a server, so that a test can cut the connection in the middle of what is sent. */
export class WeakLine {
  /** Bytes that went to the server, by what a test set to zero. */
  sentBytes = 0;
  /** After so many bytes nothing passes any more, and the connection stays. */
  stallAfter = Number.POSITIVE_INFINITY;
  /** Called when it stalls. */
  onStall: () => void = () => undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
      far.pipe(near);
      near.on("data", (data) => {
        this.sentBytes += data.length;
        if (this.sentBytes > this.stallAfter) {
          near.pause();
          return this.onStall();
        }
        if (!far.write(data)) {
          near.pause();
          far.once("drain", () => near.resume());
        }
      });
    });
  }

  static async start(url: string): Promise<WeakLine> {
    const line = new WeakLine(new URL(url));
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection; new ones pass everything. */
  cut(): void {
    this.stallAfter = Number.POSITIVE_INFINITY;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
