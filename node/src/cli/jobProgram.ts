import { fieldFault } from "@openledger/sdk/jobDraft";
import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "@openledger/sdk/jobSpecFields";
import { parseOpen } from "@openledger/sdk/openTokenFormat";
import { type Command, InvalidArgumentError } from "commander";
import { fieldsOf, optionOf } from "./jobDrafts.ts";
import { address, common, type Runner, signing, wholeNumber } from "./options.ts";

function openAmount(text: string): bigint {
  try {
    const wei = parseOpen(text);
    if (wei > 0n) return wei;
  } catch {
    // The sentence below says what is meant.
  }
  throw new InvalidArgumentError("An amount of OPEN above 0 is meant, like 12.5.");
}

function numbers(text: string, before: readonly number[] = []): number[] {
  return [...before, ...text.split(",").map((part) => wholeNumber(1, 0xffff_ffff)(part.trim()))];
}

/** One option for each field of a job's spec, from the schema that the page and the trainer use too. */
function withSpecFields(command: Command): Command {
  for (const path of JOB_SPEC_PATHS) {
    const field = JOB_SPEC_FIELDS[path];
    const range =
      field.kind === "choice"
        ? field.choices.join(" or ")
        : field.kind === "flag"
          ? "true or false"
          : `${field.minimum} to ${field.maximum} ${field.unit}`;
    command.option(
      `--${optionOf(path)} <value>`,
      `${field.label}, ${range} (${field.default})`,
      (text: string) => {
        const fault = fieldFault(path, text);
        if (fault !== undefined) throw new InvalidArgumentError(fault);
        return text;
      },
    );
  }
  return command;
}

const jobNumber = wholeNumber(1, 2 ** 40 - 1);

/** Everything about training jobs. */
export function addJobCommands(program: Command, run: Runner): void {
  const job = program.command("job").description("Post, list, look at and watch training jobs.");

  withSpecFields(signing(job.command("post")))
    .description("Post a training job, for its price in escrow and the fee of its check.")
    .argument("[spec]", "JSON file with a spec, or with what differs from the defaults")
    .option("--base <name|digest>", "base model of governance's list")
    .option("--datanet <number...>", "Datanets whose present versions are trained on", numbers)
    .option("--refine <release>", "release to train on; its base and the adapter's shape stay", jobNumber)
    .option("--price <open>", "what the trainer gets, in OPEN (10)", openAmount)
    .option("--hours <number>", "how long there is for it (24)", wholeNumber(1, 8_760))
    .option("--dry-run", "show what the job would be and cost, and stop")
    .action((file: string | undefined, options) =>
      run("job post", options, async (session) => {
        const { postJob, rehearseJob } = await import("./commands/jobPost.ts");
        const { base, datanet: datanets = [], refine, price = parseOpen("10"), hours = 24 } = options;
        const request = { file, base, datanets, refine, fields: fieldsOf(options) };
        const offer = { priceWei: price, hours };
        return options.dryRun ? rehearseJob(session, request, offer) : postJob(session, request, offer);
      }),
    );

  common(job.command("list"))
    .description("List training jobs, newest first.")
    .option("--poster <address>", "those of one poster", address)
    .option("--open", "those that wait for a trainer")
    .action((options) =>
      run("job list", options, async (session) =>
        (await import("./commands/job.ts")).listJobs(session, options),
      ),
    );

  common(job.command("show"))
    .description("Tell how a training job stands, what it asks for, and every attempt at it.")
    .argument("<job>", "its number", jobNumber)
    .action((number: number, options) =>
      run("job show", options, async (session) =>
        (await import("./commands/job.ts")).showJob(session, number),
      ),
    );

  common(job.command("watch"))
    .description("Follow a training job step by step to its end.")
    .argument("<job>", "its number", jobNumber)
    .action((number: number, options) =>
      run("job watch", options, async (session) =>
        (await import("./commands/jobWatch.ts")).watchJob(session, number),
      ),
    );
}
