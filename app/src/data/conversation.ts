import { type Completion, EMPTY_COMPLETION, type Message } from "./completions.ts";

/** Who answers: the release, or its base beside it. */
export type Side = "tuned" | "base";

/** One side's answer and how it stands. */
export type Reply = Completion & {
  state: "writing" | "done" | "stopped" | "failed";
  error: unknown;
};

/** A question and the answers to it. */
export type Exchange = { id: number; question: string; replies: Partial<Record<Side, Reply>> };

/** An answer that begins. */
export const BEGUN: Reply = { ...EMPTY_COMPLETION, state: "writing", error: undefined };

/**
 * What one side is asked after some exchanges: its own answers stand for what was said; where it gave none, the other's.
 * A question that nobody answered is left out.
 */
export function messagesFor(side: Side, before: readonly Exchange[], question: string): Message[] {
  const said = before.flatMap(({ question: asked, replies }): Message[] => {
    const own = replies[side]?.text ?? "";
    const answer = own === "" ? (replies[side === "base" ? "tuned" : "base"]?.text ?? "") : own;
    if (answer === "") return [];
    return [
      { role: "user", content: asked },
      { role: "assistant", content: answer },
    ];
  });
  return [...said, { role: "user", content: question }];
}

/** The exchanges with one reply changed. */
export function withReply(
  exchanges: readonly Exchange[],
  id: number,
  side: Side,
  change: Partial<Reply>,
): Exchange[] {
  return exchanges.map((exchange) => {
    if (exchange.id !== id) return exchange;
    const reply = { ...(exchange.replies[side] ?? BEGUN), ...change };
    return { ...exchange, replies: { ...exchange.replies, [side]: reply } };
  });
}
