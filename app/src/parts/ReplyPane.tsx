import type { ReactNode } from "react";
import type { Reply, Side } from "../data/conversation.ts";
import { countOf } from "../text/measures.ts";
import { Icon } from "./Icon.tsx";
import { ReplyFacts } from "./ReplyFacts.tsx";

type ReplyPaneProps = { side: Side; title: string; reply: Reply; children?: ReactNode };

/** One side's answer, with how it ended and what gave it. */
export function ReplyPane({ side, title, reply, children }: ReplyPaneProps) {
  const { text, state } = reply;
  const isWriting = state === "writing";
  return (
    <div className={`sheet stack-tight answer answer-${side}`} aria-busy={isWriting}>
      <h3 className="row">
        {title}
        {isWriting && <Icon name="spin" />}
        <span className="soft small reply-end">{endOf(reply)}</span>
      </h3>
      <p className="answer-text" data-testid={`answer-${side}`} aria-live="polite">
        {text.trim() || <span className="soft">{isWriting ? "Thinks…" : "No words came."}</span>}
      </p>
      {reply.provenance && <ReplyFacts provenance={reply.provenance} />}
      {children}
    </div>
  );
}

/** How an answer ended, in a few words. */
function endOf({ state, finishReason, promptTokens, tokens }: Reply): string {
  if (state === "writing") return "";
  if (state === "stopped") return "stopped by you";
  if (state === "failed") return "broke off";
  const count =
    tokens === undefined
      ? ""
      : `${countOf(promptTokens ?? 0, "token")} read, ${countOf(tokens, "token")} written`;
  return finishReason === "length" ? `${count}, cut at its longest` : count;
}
