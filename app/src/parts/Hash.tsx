import { useState } from "react";
import { short } from "../text/short.ts";
import { Icon } from "./Icon.tsx";

type HashProps = {
  value: string;
  /** What it is, for the copy button: "address", "sha256". */
  what: string;
  copyable?: boolean;
};

/** An address or digest, shortened, with a button that copies the whole. */
export function Hash({ value, what, copyable = true }: HashProps) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  }
  return (
    <span className="hash">
      <code title={value}>{short(value)}</code>
      {copyable && (
        <button type="button" className="hash-copy" onClick={() => void copy()}>
          <Icon name={copied ? "check" : "copy"} />
          <span className="hidden-visually">{copied ? `Copied the ${what}` : `Copy the ${what}`}</span>
        </button>
      )}
    </span>
  );
}
