import { expect, test } from "vitest";
import { judgeText } from "../../texts.ts";
import { TextSubject } from "./subject.ts";

const STORY = `The old miller had three sons, and when he died he left them his mill, his donkey and his cat. The eldest took the mill, the second took the donkey, and nothing was left for the youngest but the cat. "My brothers can earn their bread together," he said, "but what am I to do with a cat?" The cat heard this, sat up, and asked for a pair of boots and a sack. With the boots on his feet and the sack over his shoulder he went into the woods, where many rabbits lived. He lay down as if he were dead, and waited until a young rabbit crept into the sack. Then he pulled the strings, carried the rabbit to the castle, and asked to see the king. `;

const judge = (text: string, guidelines = "", mediaType = "text/plain") =>
  judgeText(new TextSubject(text, mediaType, guidelines));

test("a story is accepted", async () => {
  expect(await judge(STORY)).toMatchObject({ grade: 2 });
});

test.each([
  ["secrets", `${STORY}\ntoken: ghp_${"aB3dE5gH7jK9".repeat(3)}\n${STORY}`],
  [
    "secrets",
    `${STORY}\n-----BEGIN RSA PRIVATE KEY-----\n${`${"MIIEowIBAAKCAQEA7x".repeat(3)}\n`.repeat(5)}`,
  ],
  ["personal-data", `${STORY}\n4539 1488 0343 6467 and 4716 2210 5188 5662, DE02120300000000202051`],
  ["toxic", `${STORY} You stupid bitch. Go kill yourself. You worthless asshole. `],
  [
    "boilerplate",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. ".repeat(2),
  ],
  [
    "garbled",
    "Die Ã„pfel fÃ¼r die KÃ¶nigin wÃ¤ren schÃ¶n und sÃ¼ÃŸ, sagte der GÃ¤rtner an der groÃŸen TÃ¼r.",
  ],
  ["repetitive", "The same sentence stands here again and again.\n".repeat(30)],
])("%s", async (reason, text) => {
  expect(await judge(text)).toMatchObject({ grade: 0, reason });
});

test.each([
  ["an invented number", `${STORY} Call 555-0123 or (212) 555-0199.`],
  ["a test card", `${STORY} The test card is 4242 4242 4242 4242.`],
  ["an author's address", `${STORY} Written by Ann <ann.miller@gmail.com>.`],
  ["a character who swears", `${STORY} "Shit," said the cat.`],
  ["a manual's key", `${STORY} Use postgres://user:password@localhost:5432/db and AKIAIOSFODNN7EXAMPLE.`],
  ["a quotation", `${STORY} "Da steh ich nun, ich armer Tor, und bin so klug als wie zuvor," he sang.`],
])("%s is no reason to reject", async (_what, text) => {
  expect((await judge(text)).grade).toBeGreaterThan(0);
});

test("words in random order are told from the same words in sentences", async () => {
  const words = STORY.repeat(1).split(/\s+/);
  const mixed = words.map((_, index) => words[(index * 67) % words.length]).join(" ");
  expect(await judge(mixed)).toMatchObject({ grade: 0, reason: "jumbled" });
});

test("a language that the guidelines do not ask for is rejected; a country in them asks for none", async () => {
  expect(await judge(STORY, "Texts in German.")).toMatchObject({ grade: 0, reason: "off-topic" });
  expect((await judge(STORY, "English stories only.")).grade).toBeGreaterThan(0);
  expect((await judge(STORY, "Tales of German origin.")).grade).toBeGreaterThan(0);
  expect((await judge(STORY)).grade).toBeGreaterThan(0);
});
