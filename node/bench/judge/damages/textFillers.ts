import type { ReasonKey } from "@openledger/sdk/reasons";
import type { Damage } from "../damage.ts";
import {
  ABUSE,
  CHATBOT_ANSWERS,
  COOKIE_NOTICES,
  FORM_LETTERS,
  LICENCES,
  LOREM,
  MENUS,
  phrasesFor,
} from "./phrases.ts";
import {
  jsonlFile,
  linesOf,
  mapProse,
  noise,
  oneOf,
  proseOf,
  renamed,
  sentencesOf,
  shuffled,
  textFile,
} from "./prose.ts";

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const BASE64 = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}`;

function filler(name: string, what: string, reasons: readonly ReasonKey[], apply: Damage["apply"]): Damage {
  return { name, what, modality: "text", obvious: true, expected: { verdict: "reject", reasons }, apply };
}

/** Things that nobody wants to train on, put in the place of a text or into it. */
export const TEXT_FILLERS: readonly Damage[] = [
  filler("lorem-ipsum", "placeholder text", ["boilerplate"], (file, random) =>
    textFile(
      renamed(file.name, ".txt"),
      Array.from({ length: 12 }, () => shuffled(phrasesFor(file, LOREM), random).slice(0, 4).join(" ")).join(
        "\n\n",
      ),
    ),
  ),
  filler("licence-text", "nothing but a software licence", ["boilerplate"], (file, random) =>
    textFile(
      renamed(file.name, ".txt"),
      `Copyright (c) ${1990 + random.below(36)} ${file.name}\n\n${oneOf(phrasesFor(file, LICENCES), random)}`,
    ),
  ),
  filler(
    "web-page-frame",
    "menus, cookie notice and footer of a page with one sentence of content",
    ["boilerplate"],
    (file, random) => {
      const sentence = sentencesOf(proseOf(file))[0]?.trim().slice(0, 80) ?? "";
      const menu = shuffled(phrasesFor(file, MENUS), random).slice(0, 16).join("\n");
      return textFile(
        renamed(file.name, ".txt"),
        `${menu}\n\n${shuffled(phrasesFor(file, COOKIE_NOTICES), random).slice(0, 4).join("\n")}\n\n${sentence}\n\n${shuffled(phrasesFor(file, MENUS), random).slice(0, 10).join(" | ")}\n`,
      );
    },
  ),
  filler("form-letter", "form letters", ["boilerplate"], (file, random) =>
    textFile(
      renamed(file.name, ".txt"),
      shuffled(phrasesFor(file, FORM_LETTERS), random).slice(0, 3).join("\n\n"),
    ),
  ),
  filler(
    "chatbot-answers",
    "every answer replaced by a chatbot's refusal",
    ["boilerplate"],
    (file, random) => {
      if (file.name.endsWith(".jsonl")) {
        const lines = linesOf(file.bytes.toString());
        return jsonlFile(
          file.name,
          lines.map(({ question }) => ({
            question,
            answer: oneOf(phrasesFor(file, CHATBOT_ANSWERS), random),
          })),
        );
      }
      return textFile(
        renamed(file.name, ".txt"),
        shuffled(phrasesFor(file, CHATBOT_ANSWERS), random).join("\n\n"),
      );
    },
  ),
  filler("private-key", "a private key in the middle of it", ["secrets"], (file, random) => {
    const key = Array.from({ length: 24 }, () => noise(BASE64, 64, random)).join("\n");
    const kind = oneOf(["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"], random);
    return inserted(file, `-----BEGIN ${kind}-----\n${key}\n-----END ${kind}-----`);
  }),
  filler("service-key", "a key to a service in the middle of it", ["secrets"], (file, random) => {
    const upper = `${LETTERS.toUpperCase()}234567`;
    const keys = [
      () =>
        `AWS_ACCESS_KEY_ID=AKIA${noise(upper, 16, random)}\nAWS_SECRET_ACCESS_KEY=${noise(`${BASE64}/+`, 40, random)}`,
      () => `token: ghp_${noise(BASE64, 36, random)}`,
      () => `sk_live_${noise(BASE64, 24, random)}`,
      () =>
        `SLACK_TOKEN=xoxb-${noise(DIGITS, 12, random)}-${noise(DIGITS, 12, random)}-${noise(BASE64, 24, random)}`,
      () => `DATABASE_URL=postgres://admin:${noise(BASE64, 18, random)}@db.production.internal:5432/users`,
      () => `AIza${noise(BASE64, 35, random)}`,
    ];
    return inserted(file, oneOf(keys, random)());
  }),
  filler(
    "contact-list",
    "a list of twelve people's addresses and telephone numbers in the middle of it",
    ["personal-data"],
    (file, random) => {
      const people = Array.from({ length: 12 }, () => {
        const first = noise(LETTERS, 5, random);
        const last = noise(LETTERS, 7, random);
        return `${first} ${last}, ${first}.${last}@gmail.com, +49 170 ${noise(DIGITS, 7, random)}`;
      });
      return inserted(file, people.join("\n"));
    },
  ),
  filler("bank-data", "card numbers and accounts in the middle of it", ["personal-data"], (file, random) => {
    const cards = Array.from({ length: 4 }, () => withLuhn(`4${noise(DIGITS, 14, random)}`));
    const accounts = Array.from({ length: 3 }, () => germanIban(noise(DIGITS, 18, random)));
    return inserted(
      file,
      [...cards.map((card) => card.replace(/(.{4})(?=.)/g, "$1 ")), ...accounts].join("\n"),
    );
  }),
  filler("abuse", "an insult behind every second sentence", ["toxic"], (file, random) =>
    mapProse(file, (text) =>
      sentencesOf(text)
        .map((sentence, index) =>
          index % 2 === 0 ? `${sentence.trim()} ${oneOf(phrasesFor(file, ABUSE), random)} ` : sentence,
        )
        .join(""),
    ),
  ),
];

/** The file with a block in the middle: of JSONL in the last answer. */
function inserted(file: Parameters<Damage["apply"]>[0], block: string) {
  if (file.name.endsWith(".jsonl")) {
    const lines = linesOf(file.bytes.toString());
    const last = lines.length - 1;
    return jsonlFile(
      file.name,
      lines.map((line, index) => (index === last ? { ...line, answer: `${line.answer}\n${block}` } : line)),
    );
  }
  const lines = file.bytes.toString().split("\n");
  const middle = lines.length >> 1;
  return textFile(file.name, [...lines.slice(0, middle), "", block, "", ...lines.slice(middle)].join("\n"));
}

/** Fifteen digits and their check digit (ISO/IEC 7812-1). */
function withLuhn(digits: string): string {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** A German account number with its check digits (ISO 13616). */
function germanIban(account: string): string {
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, "0")}${account}`;
}
