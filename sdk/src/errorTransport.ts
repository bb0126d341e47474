import type { Explanation } from "./explanation.ts";

type Facts = { names: Set<string>; codes: Set<unknown>; text: string };
type Rule = { name: string; matches: (facts: Facts) => boolean; sentence: string; next: string };

/** What goes wrong on the way to the chain, most telling first. */
const RULES: readonly Rule[] = [
  {
    name: "UserRejected",
    matches: ({ names, codes, text }) =>
      names.has("UserRejectedRequestError") ||
      codes.has(4001) ||
      codes.has("ACTION_REJECTED") ||
      /user (rejected|denied|cancel)/.test(text),
    sentence: "You declined in your wallet.",
    next: "Nothing was sent. Try again when you want to sign.",
  },
  {
    name: "InsufficientFunds",
    matches: ({ names, codes, text }) =>
      names.has("InsufficientFundsError") ||
      codes.has("INSUFFICIENT_FUNDS") ||
      /insufficient funds|exceeds the balance of the account|doesn't have enough funds/.test(text),
    sentence: "The account does not hold enough of the chain's coin to pay for the transaction.",
    next: "Send it some coins for gas, or use a gateway that relays submissions.",
  },
  {
    name: "WrongChain",
    matches: ({ names, codes, text }) =>
      names.has("ChainMismatchError") ||
      codes.has(4902) ||
      /does not match the target chain|chain mismatch/.test(text),
    sentence: "Your wallet is on another chain.",
    next: "Switch the wallet to the chain that the page shows.",
  },
  {
    name: "WalletDisconnected",
    matches: ({ names, codes }) =>
      codes.has(4900) || codes.has(4901) || codes.has(4100) || names.has("ConnectorNotConnectedError"),
    sentence: "The wallet is not connected.",
    next: "Connect it and try again.",
  },
  {
    name: "NonceTaken",
    matches: ({ names, codes, text }) =>
      names.has("NonceTooLowError") || codes.has("NONCE_EXPIRED") || /nonce too low|already known/.test(text),
    sentence: "A transaction with this number was already sent from the account.",
    next: "Wait for it to be mined, then try again.",
  },
  {
    name: "FeeTooLow",
    matches: ({ names, text }) =>
      names.has("FeeCapTooLowError") ||
      names.has("TransactionRejectedRpcError") ||
      /replacement transaction underpriced|max fee per gas less than block base fee|transaction underpriced/.test(
        text,
      ),
    sentence: "The fee that was offered is too low at the moment.",
    next: "Try again; the fee is estimated anew.",
  },
  {
    name: "TooManyRequests",
    matches: ({ names, codes, text }) =>
      codes.has(429) || names.has("LimitExceededRpcError") || /too many requests|rate limit/.test(text),
    sentence: "The chain's RPC refuses more requests for now.",
    next: "Wait a minute, or set RPC_URL to another node.",
  },
  {
    name: "RpcUnreachable",
    matches: ({ names, codes, text }) =>
      ["HttpRequestError", "WebSocketRequestError", "SocketClosedError", "TimeoutError"].some((name) =>
        names.has(name),
      ) ||
      ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].some(
        (code) => codes.has(code),
      ) ||
      codes.has("NETWORK_ERROR") ||
      /fetch failed|failed to fetch|load failed|networkerror|socket hang up/.test(text),
    sentence: "The chain's RPC cannot be reached.",
    next: "Check that the node runs and that its URL is right, then try again.",
  },
  {
    name: "TransactionNotFound",
    matches: ({ names }) =>
      names.has("TransactionNotFoundError") ||
      names.has("TransactionReceiptNotFoundError") ||
      names.has("WaitForTransactionReceiptTimeoutError"),
    sentence: "The transaction is not mined yet.",
    next: "Wait a little and look again.",
  },
  {
    name: "NoContract",
    matches: ({ text }) => /returned no data \("0x"\)|could not decode result data/.test(text),
    sentence: "There is no contract of OpenLedger at this address of this chain.",
    next: "Check that you are on the right chain and that the addresses belong to it.",
  },
  {
    name: "BareRevert",
    matches: ({ text }) => /execution reverted|reverted without a reason/.test(text),
    sentence: "The contract refused without saying why.",
    next: "Check that the addresses belong to this deployment, and try again.",
  },
];

/** Explain what a wallet or the way to the chain did, from an error and its causes. */
export function explainTransport(chain: readonly unknown[]): Explanation | undefined {
  const facts = factsOf(chain);
  const rule = RULES.find(({ matches }) => matches(facts));
  return rule && { name: rule.name, sentence: rule.sentence, next: rule.next, values: {} };
}

function factsOf(chain: readonly unknown[]): Facts {
  const facts: Facts = { names: new Set(), codes: new Set(), text: "" };
  for (const one of chain) {
    if (typeof one === "string") facts.text += `${one}\n`;
    if (typeof one !== "object" || one === null) continue;
    const { name, code, status, message, details } = one as Record<string, unknown>;
    if (typeof name === "string") facts.names.add(name);
    facts.codes.add(code).add(status);
    for (const part of [message, details]) if (typeof part === "string") facts.text += `${part}\n`;
  }
  facts.text = facts.text.toLowerCase();
  return facts;
}
