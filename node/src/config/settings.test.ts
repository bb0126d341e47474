import { formatEther } from "viem";
import { expect, test } from "vitest";
import { z } from "zod";
import { chatConfig } from "../chat/chatConfig.ts";
import { gatewayConfig } from "../gateway/gatewayConfig.ts";
import { trainerRole } from "../trainer/role.ts";
import { validatorRole } from "../validator/role.ts";
import { commonConfig } from "./config.ts";

interface Described {
  description?: string;
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Defaults that follow from the machine. */
const BY_MACHINE = new Set(["JUDGING_PROCESSES"]);

function written(value: unknown): string {
  if (typeof value === "bigint") return formatEther(value);
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** The schema of a setting as it is written, before it becomes something else: there its default stands. */
function beforeReading(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodPipe ? beforeReading(schema.in as z.ZodType) : schema;
}

function defaultOf(name: string, schema: z.ZodType): string {
  if (BY_MACHINE.has(name)) return "by the machine";
  const absent = beforeReading(schema).safeParse(undefined);
  if (!absent.success) return "**must be set**";
  const value = absent.data;
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
    ? "not set"
    : `\`${written(value)}\``;
}

function allowed({ type, enum: choices, minimum, maximum, exclusiveMinimum }: Described): string {
  if (choices !== undefined)
    return choices.includes("true")
      ? "`true` or `false`"
      : choices.map((choice) => `\`${choice}\``).join(", ");
  if (type !== "integer" && type !== "number") return "text";
  const whole = type === "integer" ? "whole, " : "";
  if (exclusiveMinimum !== undefined) return `${whole}above ${exclusiveMinimum}`;
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `${whole}at least ${minimum}`
    : `${whole}${minimum} to ${maximum}`;
}

function table(shape: z.ZodRawShape): string[] {
  const described = z.toJSONSchema(z.object(shape), { io: "input", unrepresentable: "any" }).properties;
  return [
    "| setting | default | allowed | what it is |",
    "|---|---|---|---|",
    ...Object.entries(shape).map(([name, schema]) => {
      const field = described?.[name] as Described;
      expect(field.description, name).toBeDefined();
      return `| \`${name}\` | ${defaultOf(name, schema as z.ZodType)} | ${allowed(field)} | ${field.description} |`;
    }),
    "",
  ];
}

test("the table of the documentation has every setting of every role", async () => {
  const page = [
    "# Settings of the node",
    "",
    "`npm run daemon -- gateway|validator|trainer|chat` reads its settings from the environment; an empty one counts as absent. A",
    "start names every setting that is missing or does not fit. This page is written from the same schemas.",
    "",
    "## Every role",
    "",
    ...table(commonConfig.shape),
    "Every role has an account of its own: PRIVATE_KEY, or KEYSTORE_FILE with its password, must be set.",
    "",
    ...Object.entries({
      Trainer: trainerRole.config,
      Validator: validatorRole.config,
      Gateway: gatewayConfig,
      Chat: chatConfig,
    }).flatMap(([role, shape]) => [`## ${role}`, "", ...table(shape)]),
  ];
  await expect(`${page.join("\n").trimEnd()}\n`).toMatchFileSnapshot("../../../docs/settings.md");
});
