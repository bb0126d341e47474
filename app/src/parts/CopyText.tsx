import { useState } from "react";
import { Icon } from "./Icon.tsx";

/** Text to take along, such as a few lines of a program, with a button that copies all of it. */
export function CopyText({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  }
  return (
    <div className="stack-tight">
      <pre className="preview-text preview-whole">{text}</pre>
      <div>
        <button type="button" className="button button-small" onClick={() => void copy()}>
          <Icon name={copied ? "check" : "copy"} />
          {copied ? "Copied" : `Copy ${what}`}
        </button>
      </div>
    </div>
  );
}
