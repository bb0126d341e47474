import { parseArgs } from "node:util";
import { type RoleDefinition, runApp } from "./app/app.ts";
import { EXIT_REFUSED } from "./app/errors.ts";

/** Each role is loaded alone: a validator does not pay for the gateway's dependencies. */
const roles: Record<string, () => Promise<RoleDefinition>> = {
  gateway: async () => (await import("./gateway/role.ts")).gatewayRole as unknown as RoleDefinition,
  validator: async () => (await import("./validator/role.ts")).validatorRole as unknown as RoleDefinition,
  trainer: async () => (await import("./trainer/role.ts")).trainerRole as unknown as RoleDefinition,
  chat: async () => (await import("./chat/role.ts")).chatRole as unknown as RoleDefinition,
};

const { mode, name } = readArguments(process.argv.slice(2));
const load = roles[name];
if (load === undefined) {
  process.stderr.write(
    `${name === "" ? "No role was named." : `There is no role ${JSON.stringify(name)}.`} Start one with: npm run daemon -- ${Object.keys(roles).join("|")}\n`,
  );
  process.exit(EXIT_REFUSED);
}
await runApp(await load(), mode === undefined ? process.env : { ...process.env, VOTING_MODE: mode });

/** The role's name, and the one setting that can also be given as a flag. */
function readArguments(args: string[]): { name: string; mode: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { mode: { type: "string" } },
    });
    return { name: positionals[0] ?? "", mode: values.mode };
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : error} A role takes --mode auto or --mode propose; everything else comes from the environment.\n`,
    );
    process.exit(EXIT_REFUSED);
  }
}
