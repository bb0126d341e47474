import { Link } from "react-router";
import type { ChosenFile } from "../data/contribution.ts";
import type { Duplicate } from "../data/dryRuns.ts";
import { formatName } from "../text/formatName.ts";
import { formatBytes } from "../text/measures.ts";
import { Icon } from "./Icon.tsx";
import { ReasonText } from "./ReasonText.tsx";

type ChosenFilesProps = {
  files: ChosenFile[];
  disabled: boolean;
  onRemove: (key: string) => void;
  onPause: (key: string) => void;
  onResume: (key: string) => void;
};

/** The chosen files, how far each one is, and what to do about those that were refused. */
export function ChosenFiles({ files, disabled, onRemove, onPause, onResume }: ChosenFilesProps) {
  return (
    <ul className="chosen" aria-label="Chosen files" data-testid="chosen-files">
      {files.map((file) => (
        <li key={file.key} className="chosen-file" data-stage={file.stage.name}>
          <div className="chosen-name">
            <strong>{file.blob.name}</strong>{" "}
            <span className="small soft">{formatBytes(file.blob.size)}</span>
          </div>
          <div className="chosen-buttons">
            <PauseButton file={file} onPause={onPause} onResume={onResume} />
            <button
              type="button"
              className="button button-small button-icon"
              disabled={disabled}
              data-remove
              onClick={() => onRemove(file.key)}
            >
              <Icon name="cross" />
              <span className="hidden-visually">Remove {file.blob.name}</span>
            </button>
          </div>
          <div className="chosen-state small">
            <StageText file={file} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** One button for both, so that it keeps the keyboard's focus when it is pressed. */
function PauseButton({
  file,
  onPause,
  onResume,
}: { file: ChosenFile } & Pick<ChosenFilesProps, "onPause" | "onResume">) {
  const { stage, key, blob } = file;
  const isPaused = stage.name === "paused";
  if (!isPaused && stage.name !== "uploading" && (stage.name !== "waiting" || stage.sentBytes === undefined))
    return null;
  return (
    <button
      type="button"
      className="button button-small button-icon"
      aria-disabled={stage.name === "waiting"}
      onClick={() => {
        if (stage.name !== "waiting") (isPaused ? onResume : onPause)(key);
      }}
    >
      <Icon name={isPaused ? "play" : "pause"} />
      <span className="hidden-visually">
        {isPaused ? "Go on with" : "Pause"} the upload of {blob.name}
      </span>
    </button>
  );
}

function StageText({ file }: { file: ChosenFile }) {
  const { stage, blob } = file;
  switch (stage.name) {
    case "waiting":
      return <span className="soft">Waits for its turn.</span>;
    case "uploading":
      return <UploadProgress blob={blob} sentBytes={stage.sentBytes} />;
    case "paused":
      return (
        <>
          <UploadProgress blob={blob} sentBytes={stage.sentBytes} />
          <span className="soft">Paused; what was sent is kept for a day.</span>
        </>
      );
    case "stored":
      return <span className="soft">Uploaded as {formatName(stage.mediaType)}; the dry run follows.</span>;
    case "accepted":
      if (stage.warning) {
        return (
          <span data-testid="warning">
            <strong className="tone-warn">
              <Icon name="warn" /> Would probably be rejected.
            </strong>{" "}
            <ReasonText reason={stage.warning} />
            <EarlierFile duplicate={stage.duplicate} /> You may submit it all the same; it uses up quota then.
          </span>
        );
      }
      return (
        <span className="tone-good">
          <Icon name="check" /> Ready to be judged ({formatName(stage.mediaType)})
        </span>
      );
    case "refused":
      return (
        <span>
          <strong className="tone-bad">
            <Icon name="cross" /> Refused, nothing was spent.
          </strong>{" "}
          <ReasonText reason={stage.reason} />
          <EarlierFile duplicate={stage.duplicate} />
        </span>
      );
    case "failed":
      return (
        <span className="tone-bad">
          <Icon name="warn" /> {stage.fault.sentence} {stage.fault.next}
        </span>
      );
  }
}

function UploadProgress({ blob, sentBytes }: { blob: File; sentBytes: number }) {
  const percent = blob.size === 0 ? 100 : Math.floor((100 * sentBytes) / blob.size);
  return (
    <span className="upload-progress">
      <progress max={100} value={percent} aria-label={`Upload of ${blob.name}`} /> {percent} %
    </span>
  );
}

/** Leads to the file that this one repeats, where it stands in another submission. */
function EarlierFile({ duplicate }: { duplicate: Duplicate | undefined }) {
  if (!duplicate?.root) return null;
  return (
    <>
      {" "}
      <Link to={`/submissions/${duplicate.root}`} data-testid="earlier-file">
        See {duplicate.name}
        {!duplicate.exact && ` (${duplicate.percent} % alike)`}.
      </Link>
    </>
  );
}
