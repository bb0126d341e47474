import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** What a secret looks like at least: a long run of letters and digits, a key's first line, a password in an address. */
const SUSPICIOUS = /[A-Za-z0-9_+/=-]{20}|-----BEGIN|:\/\/[^\s/:@]+:[^\s/:@]+@/;
/** A private key with its content: a text about keys shows the first line, or dots between. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\sA-Za-z0-9+/=:,\\-]{0,200}?(?:[A-Za-z0-9+/=]{40,}\s*(?:\\n)?\s*){3}/;
const MOST_CHARACTERS = 1_000_000;
const rules = [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator, options: {} }];
/** Addresses like postgres://user:password@localhost are examples in every manual. */
const EXAMPLE =
  /localhost|127\.0\.0\.1|example|[<{[*]|(user(name)?|admin|root|postgres|me|foo):(pass(word)?|secret|pwd|bar|123456?|admin|root|postgres)@/i;
const GOOGLE_KEY = /\bAIza[0-9A-Za-z_-]{35}\b/;

export const secrets: Check<TextSubject> = {
  name: "secrets",
  purpose:
    "Rejects a text that holds a private key with its content, or a key, token or password of one of the known services. Keys that manuals use as examples pass.",
  source: "The recommended rules of secretlint; private keys by RFC 7468 and their content's length.",
  reasons: ["secrets"],
  async find({ prose }) {
    const content = prose.slice(0, MOST_CHARACTERS);
    if (!SUSPICIOUS.test(content)) return undefined;
    if (PRIVATE_KEY.test(content)) return { reason: "secrets", why: "The text holds a private key." };
    if (GOOGLE_KEY.test(content))
      return { reason: "secrets", why: "The text holds a key to a Google service." };
    const { messages } = await lintSource({
      source: { filePath: "/text.txt", content, ext: ".txt", contentType: "text" },
      options: { config: { rules }, noPhysicFilePath: true },
    });
    // The text itself would put the secret into logs and onto the chain's pages: only its kind and place are told.
    const found = messages.filter(
      ({ ruleId, range: [from, to] }) =>
        !/privatekey/.test(ruleId) && !EXAMPLE.test(content.slice(Math.max(0, from - 20), to)),
    )[0];
    if (found === undefined) return undefined;
    const kind = found.ruleId.replace("@secretlint/secretlint-rule-", "");
    return {
      reason: "secrets",
      why: `Line ${found.loc.start.line} holds a secret (rule "${kind}" of secretlint).`,
    };
  },
};
