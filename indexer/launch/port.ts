import { createServer } from "node:net";
import { Problem } from "@openledger/sdk/problem";

/**
 * Make sure that a port can be listened on. Ponder would silently take the next one, where nobody looks for it.
 *
 * @throws {Problem} `port-taken` when it cannot.
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause) =>
      reject(
        new Problem(
          "port-taken",
          `The indexer cannot listen on ${host}:${port}: ${cause.message}.`,
          "Stop what listens there, or set PORT to another port.",
          { cause },
        ),
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
