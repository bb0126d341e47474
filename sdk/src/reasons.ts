/** Why a file or an attestation was refused or rejected. */
export type Reason = {
  /** The byte that a voter reveals. */
  code: number;
  /** The name that programs use. */
  key: string;
  /** What is wrong, in one sentence. */
  sentence: string;
  /** What the person can do. */
  next: string;
};

/** The one list of reasons. A code never changes its meaning. */
export const REASONS = [
  {
    code: 1,
    key: "bytes-differ",
    sentence: "The stored bytes are not the ones that the contributor signed.",
    next: "Submit the file again; keep the file unchanged while it is being uploaded.",
  },
  {
    code: 2,
    key: "wrong-type",
    sentence: "The file's format does not belong in this Datanet.",
    next: "Choose a Datanet for this kind of file, or convert the file to one of the listed formats.",
  },
  {
    code: 3,
    key: "unreadable",
    sentence: "The file cannot be opened: it is damaged or cut short.",
    next: "Open the file on your machine, save it again, and submit the new copy.",
  },
  {
    code: 4,
    key: "empty",
    sentence: "The file is empty or holds no content.",
    next: "Submit a file with content.",
  },
  {
    code: 5,
    key: "exact-duplicate",
    sentence: "The very same file was already contributed.",
    next: "Submit something that is not in the Datanet yet.",
  },
  {
    code: 6,
    key: "near-duplicate",
    sentence: "The file is almost the same as one that was already accepted.",
    next: "Compare it with the linked file, and submit only what is different.",
  },
  {
    code: 7,
    key: "not-language",
    sentence: "The text does not read like language: it looks like random or encoded bytes.",
    next: "Submit text that people can read.",
  },
  {
    code: 8,
    key: "too-short",
    sentence: "The content is too short to be of use.",
    next: "Submit a longer text or recording.",
  },
  {
    code: 9,
    key: "repetitive",
    sentence: "The content repeats the same thing over and over.",
    next: "Remove the repetition and submit what is left.",
  },
  {
    code: 10,
    key: "silent",
    sentence: "The recording is silent.",
    next: "Check the microphone and record again.",
  },
  {
    code: 11,
    key: "clipped",
    sentence: "The recording is distorted: most of it is at full scale.",
    next: "Record again at a lower level.",
  },
  {
    code: 12,
    key: "flat-image",
    sentence: "The image shows a single colour.",
    next: "Submit an image that shows something.",
  },
  {
    code: 13,
    key: "too-small-image",
    sentence: "The image has too few pixels to be of use.",
    next: "Submit the image at its full size.",
  },
  {
    code: 14,
    key: "declared-size",
    sentence: "The file's size is not the size that was signed.",
    next: "Submit the file again without changing it in between.",
  },
  {
    code: 15,
    key: "unavailable",
    sentence: "The file could not be fetched while it was being judged.",
    next: "Submit it again through a gateway that stays reachable.",
  },
  {
    code: 16,
    key: "no-text-layer",
    sentence: "The PDF holds pictures of pages but no text.",
    next: "Run text recognition over it, or submit the text itself.",
  },
  {
    code: 17,
    key: "malformed-jsonl",
    sentence:
      "A line of the file is neither a JSON object with the texts prompt and response nor one with messages.",
    next: 'Write one object a line, like {"prompt": "…", "response": "…"} or {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}.',
  },
  {
    code: 18,
    key: "disguised",
    sentence: "The file's content is not what its name says.",
    next: "Give the file the ending that belongs to its content.",
  },
  {
    code: 19,
    key: "too-large",
    sentence: "The file is larger than a contributor may submit in a day.",
    next: "Split the file into parts of at most 10 MiB.",
  },
  {
    code: 20,
    key: "too-many-files",
    sentence: "There are more files than one submission may hold.",
    next: "Remove some files and submit them later.",
  },
  {
    code: 21,
    key: "quota-files",
    sentence: "Today's number of files for this address is used up.",
    next: "Submit the rest after the quota resets at midnight UTC.",
  },
  {
    code: 22,
    key: "quota-bytes",
    sentence: "The files are larger than what is left of this address's bytes for today.",
    next: "Submit fewer or smaller files, or wait until the quota resets at midnight UTC.",
  },
  {
    code: 23,
    key: "bad-signature",
    sentence: "The signature is not the contributor's signature of this submission.",
    next: "Connect the wallet of the contributor and sign again.",
  },
  {
    code: 24,
    key: "secrets",
    sentence: "The text holds a secret: a private key, a password or a key to a service.",
    next: "Withdraw the key where it was issued, remove it from the text, and submit the text again.",
  },
  {
    code: 25,
    key: "personal-data",
    sentence: "The text holds personal data: e-mail addresses, phone numbers, bank or card numbers.",
    next: "Remove what leads to a person, or replace it with invented examples.",
  },
  {
    code: 26,
    key: "toxic",
    sentence: "The text insults, threatens or demeans people.",
    next: "Submit text without abuse.",
  },
  {
    code: 27,
    key: "boilerplate",
    sentence:
      "Most of the text is boilerplate: a licence header, a cookie notice, menus, filler, a form letter.",
    next: "Remove the boilerplate and submit what is left, if it says something of its own.",
  },
  {
    code: 28,
    key: "off-topic",
    sentence: "The content has nothing to do with what the Datanet's guidelines ask for.",
    next: "Read the guidelines, and submit it to a Datanet that it fits.",
  },
  {
    code: 29,
    key: "garbled",
    sentence: "The text's characters are damaged: it was read or saved in a wrong encoding.",
    next: "Open the original in its own encoding and save it as UTF-8.",
  },
  {
    code: 30,
    key: "jumbled",
    sentence: "The text's words are in no order: it does not read as sentences.",
    next: "Submit the text in the order in which it was written.",
  },
  {
    code: 31,
    key: "mixed-languages",
    sentence: "The text changes between languages from one sentence to the next.",
    next: "Submit one text for each language.",
  },
  {
    code: 32,
    key: "truncated",
    sentence: "The content breaks off: a large part of it is missing.",
    next: "Submit the complete file.",
  },
  {
    code: 33,
    key: "blurred",
    sentence: "The image is out of focus: it shows no detail.",
    next: "Submit a sharp image.",
  },
  {
    code: 34,
    key: "noisy",
    sentence: "Noise covers what the image or the recording is of.",
    next: "Submit a clean image, or record again in a quiet place.",
  },
  {
    code: 35,
    key: "badly-exposed",
    sentence: "The image is so dark or so bright that nothing can be seen on it.",
    next: "Submit a properly exposed image.",
  },
  {
    code: 36,
    key: "location",
    sentence: "The image tells in its metadata where it was taken.",
    next: "Remove the location from the image's metadata and submit it again.",
  },
  {
    code: 37,
    key: "low-sample-rate",
    sentence: "The recording's sample rate is too low for what it holds.",
    next: "Record at 8 kHz or more.",
  },
  {
    code: 38,
    key: "too-long",
    sentence: "The recording is longer than a file may be.",
    next: "Cut it into parts and submit them one by one.",
  },
  {
    code: 39,
    key: "no-signal",
    sentence: "The recording holds a steady tone or hum and nothing else.",
    next: "Submit a recording of something.",
  },
  {
    code: 40,
    key: "replay-differs",
    sentence: "Training the checked steps again gave a different checkpoint.",
    next: "Train with the seed, thread count and data type of the job's spec, on unchanged software.",
  },
  {
    code: 41,
    key: "evaluation-differs",
    sentence: "The adapter's loss on the held-out data is not the one that was attested.",
    next: "Evaluate the published adapter on the held-out part that the spec defines, and attest that figure.",
  },
  {
    code: 42,
    key: "adapter-unavailable",
    sentence: "The adapter or a checkpoint could not be fetched, or its bytes differ from the digest.",
    next: "Publish every file of the report before attesting, and keep it published until the verdict.",
  },
  {
    code: 43,
    key: "transcript-broken",
    sentence: "The training transcript is missing or its hash chain does not lead to the attested head.",
    next: "Publish the transcript that was written while training, unchanged.",
  },
  {
    code: 44,
    key: "wrong-base",
    sentence: "The run started from another base model than the job names.",
    next: "Use the base whose digest stands in the job's spec.",
  },
  {
    code: 45,
    key: "wrong-data",
    sentence: "The run used other data than the job's dataset versions.",
    next: "Rebuild the dataset version from the chain's events and train on exactly its accepted files.",
  },
  {
    code: 46,
    key: "wrong-shares",
    sentence: "The list of what a model owes its contributors does not say what their points are worth.",
    next: "Make the list again from the chain's events, publish it, and propose its root.",
  },
  {
    code: 47,
    key: "encrypted",
    sentence: "The file is protected: it is encrypted or restricted.",
    next: "Save it without a password and without restrictions, and submit the new copy.",
  },
  {
    code: 48,
    key: "unpacks-too-large",
    sentence: "The file unpacks to far more than its size: too many pixels, pages or parts.",
    next: "Submit it in smaller pieces.",
  },
  {
    code: 49,
    key: "hidden-content",
    sentence: "The file holds something besides what its format says.",
    next: "Save the content anew with the program that belongs to it, and submit the new copy.",
  },
  {
    code: 50,
    key: "several-pictures",
    sentence: "The file holds more than one picture.",
    next: "Submit each picture as a file of its own.",
  },
] as const satisfies readonly Reason[];

/** The key of a listed reason. */
export type ReasonKey = (typeof REASONS)[number]["key"];

const byCode = new Map<number, Reason>(REASONS.map((reason) => [reason.code, reason]));
const byKey = new Map<string, Reason>(REASONS.map((reason) => [reason.key, reason]));

/**
 * The reason with a code. Voters may reveal any byte: one that is not listed gets a sentence too.
 *
 * @example
 * reasonOfCode(10).sentence; // "The recording is silent."
 */
export function reasonOfCode(code: number): Reason {
  return (
    byCode.get(code) ?? {
      code,
      key: `unlisted-${code}`,
      sentence: `The validators rejected it for a reason that is not listed (code ${code}).`,
      next: "Read the Datanet's guidelines and submit another file.",
    }
  );
}

/** The reason with a key. */
export function reasonOf(key: ReasonKey): Reason {
  return byKey.get(key) as Reason;
}

/** The reason that most voters of the rejecting side gave; the lowest code where two are as frequent. */
export function mostFrequentReason(codes: readonly number[]): Reason | undefined {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [first] = [...counts].sort(([codeA, a], [codeB, b]) => b - a || codeA - codeB);
  return first === undefined ? undefined : reasonOfCode(first[0]);
}
