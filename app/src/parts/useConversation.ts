import { useEffect, useRef, useState } from "react";
import { complete, type Message } from "../data/completions.ts";
import { BEGUN, type Exchange, messagesFor, type Side, withReply } from "../data/conversation.ts";
import { modelName } from "../data/talkSettings.ts";

/** How the next answers are drawn. */
export type TalkChoices = {
  temperature: number;
  maxTokens: number;
  seed: number;
  withBase: boolean;
  apiKey: string;
};

/** A conversation with a release, its base beside it on request. */
export function useConversation(release: number, base: string | undefined) {
  const [exchanges, setExchanges] = useState<Exchange[]>([]);
  const lastId = useRef(0);
  const running = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const all = running.current;
    return () => {
      for (const controller of all.values()) controller.abort();
    };
  }, []);

  async function run(id: number, side: Side, messages: Message[], choices: TalkChoices): Promise<void> {
    const key = `${id} ${side}`;
    running.current.get(key)?.abort();
    const controller = new AbortController();
    running.current.set(key, controller);
    const change = (what: Parameters<typeof withReply>[3]) => {
      if (running.current.get(key) === controller) setExchanges((now) => withReply(now, id, side, what));
    };
    change(BEGUN);
    const model = side === "tuned" ? modelName(release) : (base ?? "");
    try {
      for await (const completion of complete(
        { ...choices, model, messages },
        choices.apiKey,
        controller.signal,
      )) {
        change(completion);
      }
      change({ state: "done" });
    } catch (error) {
      change(controller.signal.aborted ? { state: "stopped" } : { state: "failed", error });
    } finally {
      if (running.current.get(key) === controller) running.current.delete(key);
    }
  }

  function answer(
    before: Exchange[],
    { id, question }: Pick<Exchange, "id" | "question">,
    choices: TalkChoices,
  ) {
    const sides: Side[] = choices.withBase && base !== undefined ? ["base", "tuned"] : ["tuned"];
    const replies = Object.fromEntries(sides.map((side) => [side, BEGUN]));
    setExchanges([...before, { id, question, replies }]);
    for (const side of sides) void run(id, side, messagesFor(side, before, question), choices);
  }

  return {
    exchanges,
    isBusy: exchanges.some(({ replies }) => Object.values(replies).some(({ state }) => state === "writing")),
    ask: (question: string, choices: TalkChoices) =>
      answer(exchanges, { id: ++lastId.current, question }, choices),
    /** The last question anew, in place of its answers. */
    again(choices: TalkChoices) {
      const last = exchanges.at(-1);
      if (last) answer(exchanges.slice(0, -1), last, choices);
    },
    stop() {
      for (const controller of running.current.values()) controller.abort();
    },
    clear() {
      for (const controller of running.current.values()) controller.abort();
      running.current.clear();
      setExchanges([]);
    },
  };
}
