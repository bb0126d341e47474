import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UserError } from "../app/errors.ts";
import { redactor } from "../app/log.ts";
import { commaList, httpUrl, readConfig, redactConfig } from "./config.ts";

const KEY = `0x${"ab".repeat(32)}`;
const shape = { POOLS: commaList(), GATEWAY_URL: httpUrl().describe("Where content comes from") };
const good = {
  RPC_URL: "http://127.0.0.1:8545/",
  DATA_DIR: "/tmp/x",
  POOLS: "TEXT, IMAGE",
  GATEWAY_URL: "https://g.example/",
};

function refusal(environment: Record<string, string>): UserError {
  try {
    readConfig(shape, environment);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("The configuration was not refused.");
}

describe("the configuration", () => {
  it("takes defaults, lists and addresses, and empty variables as absent", () => {
    expect(readConfig(shape, { ...good, PORT: "", PRIVATE_KEY: "" })).toMatchObject({
      RPC_URL: "http://127.0.0.1:8545",
      HOST: "127.0.0.1",
      PORT: 0,
      POOLS: ["TEXT", "IMAGE"],
      POLL_SECONDS: 1,
      CONFIRMATIONS: 1,
    });
  });

  it("names every variable that is wrong, and shows no secret", () => {
    const { sentence, next } = refusal({
      DATA_DIR: "/tmp/x",
      POOLS: "TEXT",
      GATEWAY_URL: "nowhere",
      PORT: "70000",
      PRIVATE_KEY: "0xsecret",
    });
    expect(sentence).toContain(
      "RPC_URL is not set (JSON-RPC address of the chain, or several with commas, the preferred one first).",
    );
    expect(sentence).toContain('GATEWAY_URL is "nowhere", which does not fit (Where content comes from)');
    expect(sentence).toContain('PORT is "70000"');
    expect(sentence).toContain("PRIVATE_KEY is a value that is not shown");
    expect(sentence).not.toContain("secret");
    expect(next).toMatch(/\.$/);
  });

  it("is printed without keys, passwords and what stands in a provider's address", () => {
    const config = readConfig(shape, {
      ...good,
      RPC_URL: "https://rpc.example/v2/api-key",
      PRIVATE_KEY: KEY,
      KEYSTORE_PASSWORD: "open sesame",
    });
    const printed = redactConfig(shape, config);
    expect(printed).toMatchObject({
      PRIVATE_KEY: "[set]",
      KEYSTORE_PASSWORD: "[set]",
      RPC_URL: "https://rpc.example/[redacted]",
      GATEWAY_URL: "https://g.example",
    });
    expect(JSON.stringify(printed)).not.toMatch(/abab|sesame|api-key/);
  });

  it("keeps its secrets out of every line of the log, whoever wrote it", () => {
    const redact = redactor({
      RPC_URL: "https://rpc.example/v2/api-key",
      PRIVATE_KEY: KEY,
      KEYSTORE_PASSWORD: 'open "sesame"',
    });
    const line = JSON.stringify({
      err: { message: `https://rpc.example/v2/api-key said ${KEY} ${KEY.slice(2)} open "sesame"` },
    });
    expect(redact(line)).not.toMatch(/api-key|abab|sesame/);
    expect(JSON.parse(redact(line)).err.message).toContain("https://rpc.example/[redacted] said");
  });

  it("refuses a secret's wrapper no less than the secret itself", () => {
    const wrapped = { TOKEN: z.string().optional() };
    expect(redactConfig(wrapped, { TOKEN: "plain", PRIVATE_KEY: KEY })).toEqual({
      TOKEN: "plain",
      PRIVATE_KEY: "[set]",
    });
  });
});
