import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** Bytes 0x80 to 0xbf, as windows-1252 shows them. */
const TRAIL = "[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
/** UTF-8 of two, three and four bytes, read as windows-1252. */
const MISREAD = new RegExp(
  `[\\u00c2-\\u00df]${TRAIL}|[\\u00e0-\\u00ef]${TRAIL}{2}|[\\u00f0-\\u00f4]${TRAIL}{3}`,
  "g",
);
const LEAST_MISREAD = 5;
const LEAST_MISREAD_SHARE = 0.5;
const LEAST_LOST = 5;
const LEAST_LOST_SHARE = 0.005;

export const encoding: Check<TextSubject> = {
  name: "encoding",
  purpose: `Rejects a text in which ${LEAST_MISREAD} or more letters were read in a wrong encoding ("Ã©" for "é") and they are most of what is not ASCII, or in which more than ${LEAST_LOST_SHARE * 100} % of the characters were lost (U+FFFD).`,
  source: "Sequences of UTF-8 (RFC 3629) shown as windows-1252, the commonest mojibake: ftfy (Speer 2019).",
  reasons: ["garbled"],
  find({ prose }) {
    const lost = prose.match(/\ufffd/g)?.length ?? 0;
    if (lost >= LEAST_LOST && lost / prose.length > LEAST_LOST_SHARE) {
      return { reason: "garbled", why: `${lost} of its characters were lost and stand as U+FFFD.` };
    }
    const misread = prose.match(MISREAD) ?? [];
    if (misread.length < LEAST_MISREAD) return undefined;
    const foreign = prose.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    const share = misread.join("").length / foreign;
    if (share < LEAST_MISREAD_SHARE) return undefined;
    return {
      reason: "garbled",
      why: `UTF-8 was read as another encoding: "${misread.slice(0, 3).join('", "')}" and ${misread.length} such letters in all.`,
    };
  },
};
