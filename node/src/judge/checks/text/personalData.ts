import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/g;
/** Domains that are reserved for examples (RFC 2606), and addresses of groups. */
const INVENTED_EMAIL =
  /example|@(test|domain|email|company|mail)\.|\.(test|invalid|localhost)$|^(info|support|contact|hello|security|admin|maintainers|noreply|no-reply|git|press)@/i;
/** Numbers with a country code, and North American ones with area code. */
const PHONE =
  /(?<![\w.+-])(?:\+[1-9]\d{0,2}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){7,11}\d|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])/g;
/** 555 numbers are reserved for fiction. */
const INVENTED_PHONE = /555/;
const CARD = /(?<![\w.-])(?:\d{4}[ -]){3}\d{1,7}(?![\w.-])|(?<![\w.-])\d{15,16}(?![\w.-])/g;
/** The test cards of payment services. */
const TEST_CARD = /^(4242|4111|4000|5555|3782|3714|6011|4012|1234|0000)/;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g;
/** The examples of the standard and of its registry. */
const EXAMPLE_IBAN =
  /^(DE89370400440532013000|GB(82WEST|29NWBK)|FR1420041010050500013M02606|CH9300762011623852957|NL91ABNA0417164300)/;

/** One address or number says whom to ask; so many are a list of people. */
const MOST_CONTACTS = 5;
/** And they are more of a text than this: a long manual has many authors. */
const CHARACTERS_A_CONTACT = 600;
const LEAST_ACCOUNTS = 2;

export const personalData: Check<TextSubject> = {
  name: "personal data",
  purpose: `Rejects a text with ${LEAST_ACCOUNTS} or more numbers of payment cards or bank accounts whose check digits are right, or with more than ${MOST_CONTACTS} e-mail addresses and phone numbers, one in every ${CHARACTERS_A_CONTACT} characters. Examples, test cards and 555 numbers do not count.`,
  source:
    "Luhn's check digit (ISO/IEC 7812-1), IBAN check digits (ISO 13616, ISO 7064), E.164 numbers, RFC 2606.",
  reasons: ["personal-data"],
  find({ prose }) {
    const accounts =
      distinct(prose.match(CARD)).filter(isCard).length + distinct(prose.match(IBAN)).filter(isIban).length;
    if (accounts >= LEAST_ACCOUNTS) {
      return { reason: "personal-data", why: `It holds ${accounts} numbers of cards or bank accounts.` };
    }
    const emails = prose.includes("@")
      ? distinct(prose.match(EMAIL)).filter((email) => !INVENTED_EMAIL.test(email)).length
      : 0;
    const phones = distinct(prose.match(PHONE)).filter((phone) => !INVENTED_PHONE.test(phone)).length;
    const contacts = emails + phones;
    if (contacts > MOST_CONTACTS && contacts * CHARACTERS_A_CONTACT > prose.length) {
      return {
        reason: "personal-data",
        why: `It holds ${emails} e-mail addresses and ${phones} phone numbers.`,
      };
    }
    if (accounts + contacts === 0) return undefined;
    return { why: `${emails} e-mail addresses, ${phones} phone numbers, ${accounts} cards or accounts` };
  },
};

function distinct(found: readonly string[] | null): string[] {
  return [...new Set(found?.map((one) => one.replace(/[ -]/g, "")) ?? [])];
}

function isCard(digits: string): boolean {
  if (!/^[3-6]/.test(digits) || TEST_CARD.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function isIban(iban: string): boolean {
  if (iban.length > 34 || EXAMPLE_IBAN.test(iban)) return false;
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}
