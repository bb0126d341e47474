import type { ErrorText } from "./errorCatalogue.ts";

/** Errors of Datanets: submissions, contributors' keys and lists, duplicates, pauses. */
export const DATANETS_ERRORS: readonly ErrorText[] = [
  {
    signature: "error UnknownDatanet(uint32 datanet)",
    sentence: "There is no Datanet {datanet}.",
    next: "Choose one from the list of Datanets.",
  },
  {
    signature: "error NotOwner(uint32 datanet, address caller)",
    sentence: "{caller} does not own Datanet {datanet}.",
    next: "Use the account that created it.",
  },
  {
    signature: "error DatanetClosed(uint32 datanet)",
    sentence: "Datanet {datanet} takes no submissions at the moment.",
    next: "Choose another Datanet, or ask its owner to open it.",
  },
  {
    signature: "error BadFileCount(uint256 files, uint256 maximum)",
    sentence: "A submission holds 1 to {maximum} files, not {files}.",
    next: "Add or remove files.",
  },
  {
    signature: "error TooManyRoots(uint256 roots, uint256 maximum)",
    sentence: "{roots} submissions cannot be finalized at once; up to {maximum} can.",
    next: "Finalize them in several transactions.",
  },
  {
    signature: "error EmptyRoot()",
    sentence: "The submission has no Merkle root.",
    next: "Prepare the submission again from its files.",
  },
  {
    signature: "error BadSize(uint256 sizeBytes)",
    sentence: "The files' declared size of {sizeBytes:bytes} is impossible.",
    next: "Prepare the submission again; an empty file cannot be contributed.",
  },
  {
    signature: "error SignatureExpired(uint40 deadline)",
    sentence: "The signature was good until {deadline:time} only.",
    next: "Sign again and send it at once.",
  },
  {
    signature: "error BadSignature(address contributor)",
    sentence: "The signature is not one of {contributor} for this submission.",
    next: "Connect the contributor's wallet on the right chain and sign again.",
  },
  {
    signature: "error AlreadySubmitted(bytes32 root)",
    sentence: "Submission {root} is already on the chain.",
    next: "Look at its state; nothing has to be sent again.",
  },
  {
    signature: "error UnknownSubmission(bytes32 root)",
    sentence: "There is no submission {root}.",
    next: "Check the root, and that its transaction was mined on this chain.",
  },
  {
    signature: "error AlreadyFinalized(bytes32 root)",
    sentence: "Submission {root} is already finalized.",
    next: "Nothing is left to do; claim what was earned.",
  },
  {
    signature:
      "error FileQuotaExceeded(address contributor, uint256 usedFiles, uint256 askedFiles, uint256 maximum)",
    sentence:
      "{contributor} has submitted {usedFiles} files today; {askedFiles} more would be over the daily {maximum}.",
    next: "Submit the rest after midnight UTC.",
  },
  {
    signature:
      "error ByteQuotaExceeded(address contributor, uint256 usedBytes, uint256 askedBytes, uint256 maximum)",
    sentence:
      "{contributor} has submitted {usedBytes:bytes} today; {askedBytes:bytes} more would be over the daily {maximum:bytes}.",
    next: "Submit fewer or smaller files, or wait until midnight UTC.",
  },
  {
    signature: "error TermsChanged(uint32 datanet, uint16 signed, uint16 current)",
    sentence:
      "Datanet {datanet} has other terms now: number {current}, and the submission was signed under number {signed}.",
    next: "Read the licence and the guidelines again, then sign under them.",
  },
  {
    signature: "error TermsExhausted(uint32 datanet)",
    sentence: "Datanet {datanet} has changed its terms as often as it can.",
    next: "Open another Datanet under the terms that you want.",
  },
  {
    signature: "error NotListed(uint32 datanet, address contributor)",
    sentence:
      "Datanet {datanet} takes files from listed contributors only, and nothing shows that {contributor} is one.",
    next: "Ask its owner to be listed, and send the proof along; or choose a Datanet that is open to all.",
  },
  {
    signature: "error SubmissionsPaused()",
    sentence: "The guardian has stopped new submissions; what was submitted is judged and paid.",
    next: "Wait until governance resumes them.",
  },
  {
    signature: "error CreditsPaused()",
    sentence: "The guardian has stopped new credits; what was earned can be claimed.",
    next: "Wait until governance resumes them: nothing is lost meanwhile.",
  },
  {
    signature: "error KeyRetired(address key)",
    sentence: "The key {key} was replaced by another one and can submit no more.",
    next: "Use the contributor's new key.",
  },
  {
    signature: "error BadKey(address newKey)",
    sentence: "No contributor can have the key {newKey}.",
    next: "Name another address than zero and than your own.",
  },
  {
    signature: "error KeyNotFresh(address newKey)",
    sentence: "{newKey} has contributed before, so that it cannot become another contributor's key.",
    next: "Choose an address that has never contributed.",
  },
  {
    signature: "error NoRotation(address oldKey)",
    sentence: "The key {oldKey} does not ask to be replaced.",
    next: "Let the old key ask first.",
  },
  {
    signature: "error NotNewKey(address oldKey, address caller)",
    sentence: "The key {oldKey} asked to be replaced by another one than {caller}.",
    next: "Accept with the key that the old one named.",
  },
  {
    signature: "error RotationNotReady(address oldKey, uint40 readyAt)",
    sentence: "The key {oldKey} may still cancel its replacement until {readyAt:time}.",
    next: "Accept after that time.",
  },
  {
    signature: "error DifferentFiles(bytes32 earlierSha256, bytes32 laterSha256)",
    sentence: "The two leaves are not of one file: their sha256 are {earlierSha256} and {laterSha256}.",
    next: "Name two files with the same bytes.",
  },
  {
    signature: "error DifferentPools(uint40 earlierDocket, uint40 laterDocket)",
    sentence: "Dockets {earlierDocket} and {laterDocket} judge files of two types, which have no order.",
    next: "Name two files of one type.",
  },
  {
    signature:
      "error NotEarlier(uint40 earlierDocket, uint8 earlierItem, uint40 laterDocket, uint8 laterItem)",
    sentence:
      "Item {earlierItem} of docket {earlierDocket} is not before item {laterItem} of docket {laterDocket}.",
    next: "Name the earlier file first.",
  },
  {
    signature: "error EarlierRejected(bytes32 earlierRoot, uint8 earlierIndex)",
    sentence:
      "The court rejected file {earlierIndex} of submission {earlierRoot}, so that a copy of it is none.",
    next: "Name an earlier file that was accepted.",
  },
  {
    signature: "error EarlierNotFinal(bytes32 root)",
    sentence: "Submission {root} holds a copy of a file whose own grade is not final yet.",
    next: "Finalize it once that file's verdict is final.",
  },
  {
    signature: "error AlreadyProven(bytes32 root, uint8 index, address finder)",
    sentence: "{finder} has shown before that file {index} of submission {root} is a copy.",
    next: "Nothing is left to do.",
  },
  {
    signature: "error BadIndex(uint8 index, uint8 files)",
    sentence: "The submission has {files} files, and none with the index {index}.",
    next: "Count the files from 0.",
  },
  {
    signature: "error BadProof(bytes32 root, uint8 index)",
    sentence: "The proof does not lead from file {index} to submission {root}.",
    next: "Make leaf and proof from the submission's manifest.",
  },
];
