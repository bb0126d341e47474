/** A process that gives inputs to one target, and says before each which one it is: a hang or a crash names itself. */
import { fileTargets, makeMoreFiles } from "./files.ts";
import { parserTargets } from "./parsers.ts";
import { inputOf, tryInput } from "./target.ts";

/** What the process is to do. */
export interface Assignment {
  name: string;
  seed: number;
  from: number;
  to: number;
}

/** What it says meanwhile: the input that it begins with, and what is wrong with how one was taken. */
export type Report = { begun: number } | { failed: number; error: string } | { done: true };

process.once("message", async ({ name, seed, from, to }: Assignment) => {
  const targets = [...parserTargets, ...fileTargets(await makeMoreFiles())];
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`There is no target ${name}.`);
  // The channel keeps the process alive while it waits for something that does not.
  process.channel?.ref();
  const tell = (report: Report) => process.send?.(report);
  for (let index = from; index < to; index++) {
    tell({ begun: index });
    const error = await tryInput(target, inputOf(target, seed, index));
    if (error !== undefined) tell({ failed: index, error });
    // A timer of a decoder, and the message above, need a turn of their own.
    if (index % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  // What is still on its way to the parent would be lost if the process ended before.
  process.send?.({ done: true } satisfies Report, undefined, undefined, () => process.disconnect());
});
