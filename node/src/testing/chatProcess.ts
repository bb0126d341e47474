/** A chat server in a process of its own, which a test may kill: prints its address. The folder is the first argument. */
import { startChat } from "./chatServer.ts";

const [, , folder = ""] = process.argv;
const { url } = await startChat({ folder });
process.stdout.write(`${url}\n`);
