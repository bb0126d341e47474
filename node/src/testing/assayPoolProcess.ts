/** A process with a pool of judging processes of its own, for tests that end it: prints their ids and waits. */
import { AssayPool } from "../judge/assayPool.ts";

const [path = "", name = ""] = process.argv.slice(2);
const pool = new AssayPool({ processes: 1 });
await pool.assay({ path, name, pool: 0 });
process.stdout.write(`${JSON.stringify(pool.pids)}\n`);
setInterval(() => {}, 60_000);
