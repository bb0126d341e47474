import { useState } from "react";

const NAME = "openledger-chat-key";

/** The key for a chat server that asks for one; kept for as long as the tab is open. */
export function useApiKey(): [string, (key: string) => void] {
  const [key, setKey] = useState(() => sessionStorage.getItem(NAME) ?? "");
  return [
    key,
    (given) => {
      sessionStorage.setItem(NAME, given.trim());
      setKey(given.trim());
    },
  ];
}
