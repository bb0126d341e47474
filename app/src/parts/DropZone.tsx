import { acceptOf, formatsOf } from "@openledger/sdk/formats";
import { MAX_FILES } from "@openledger/sdk/manifest";
import type { Pool } from "@openledger/sdk/pools";
import { type DragEvent, useId, useRef, useState } from "react";
import { Icon } from "./Icon.tsx";

type DropZoneProps = { pool: Pool; disabled: boolean; onFiles: (files: File[]) => void };

/** Where files are dropped, or chosen with a button. */
export function DropZone({ pool, disabled, onFiles }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (!disabled) onFiles([...event.dataTransfer.files]);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer only; the button inside serves everybody
    <div
      className="drop-zone"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" className="drop-zone-icon" />
      <p>
        <strong>Drop files here</strong> or
      </p>
      <button
        type="button"
        className="button"
        disabled={disabled}
        aria-describedby={hint}
        data-choose
        onClick={() => input.current?.click()}
      >
        Choose files
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptOf(pool)}
        disabled={disabled}
        aria-label="Files to contribute"
        data-testid="file-input"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <p className="small soft" id={hint}>
        Up to {MAX_FILES} files:{" "}
        {formatsOf(pool)
          .map(({ label }) => label)
          .join(", ")}
        . What is in a file decides, not its name.
      </p>
    </div>
  );
}
