import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { Hex } from "viem";
import { type Attribution, fetchAttribution } from "../data/attributions.ts";
import type { Message } from "../data/completions.ts";
import { type TrainedFile, trainedFilesQuery } from "../data/trainedFiles.ts";
import { formatPpm } from "../text/measures.ts";
import { short } from "../text/short.ts";
import { Failure } from "./Failure.tsx";
import { Hash } from "./Hash.tsx";
import { Icon } from "./Icon.tsx";
import { SpannedText } from "./SpannedText.tsx";

/** How many files and records are shown; the rest is told in a sentence. */
const MOST_FILES = 8;
const MOST_EXAMPLES = 3;

type ShapingDataProps = {
  release: number;
  datanets: readonly number[];
  messages: Message[];
  answer: string;
  apiKey: string;
};

/** Which data shaped an answer: files with their shares, and the records that did most. Asked for when it is opened. */
export function ShapingData({ release, datanets, messages, answer, apiKey }: ShapingDataProps) {
  const [isOpen, setOpen] = useState(false);
  const attribution = useQuery({
    queryKey: ["attribution", release, messages, answer],
    queryFn: async ({ signal }) =>
      (await fetchAttribution({ release, messages, answer }, apiKey, signal)) ?? null,
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const files = useQuery({
    ...trainedFilesQuery(datanets),
    enabled: isOpen && attribution.data !== undefined && attribution.data !== null,
  });
  return (
    <details
      className="shaping"
      data-testid="shaping-data"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Which data shaped this answer</summary>
      <div aria-live="polite" className="stack-tight">
        {isOpen && attribution.isFetching && (
          <p className="row soft">
            <Icon name="spin" />
            Compares the answer with what the release was trained on…
          </p>
        )}
        {attribution.isError && (
          <Failure error={attribution.error} onRetry={() => void attribution.refetch()} />
        )}
        {attribution.data === null && <p className="soft">This release keeps no attribution index.</p>}
        {attribution.data && <Shares attribution={attribution.data} files={files.data} />}
      </div>
    </details>
  );
}

type SharesProps = { attribution: Attribution; files: Map<Hex, TrainedFile> | undefined };

function Shares({ attribution, files }: SharesProps) {
  const { shares, examples } = attribution;
  const shown = shares.filter(({ sharePpm }) => sharePpm > 0).slice(0, MOST_FILES);
  const largest = Math.max(1, ...shown.map(({ sharePpm }) => sharePpm));
  const rest = shares.slice(shown.length).reduce((sum, { sharePpm }) => sum + sharePpm, 0);
  if (shown.length === 0) return <p className="soft">No file stands out.</p>;
  return (
    <>
      <ol className="share-list">
        {shown.map(({ sha256, sharePpm }) => (
          <li key={sha256}>
            <div className="row row-between small">
              <FileName sha256={sha256} file={files?.get(sha256)} />
              <span className="number">{formatPpm(sharePpm)}</span>
            </div>
            <div className="share-bar" style={{ inlineSize: `${(100 * sharePpm) / largest}%` }} />
          </li>
        ))}
      </ol>
      {rest > 0 && (
        <p className="soft small">
          {formatPpm(rest)} in {shares.length - shown.length} other files.
        </p>
      )}
      {examples.slice(0, MOST_EXAMPLES).map(({ sha256, index, text, spans }) => (
        <figure key={`${sha256} ${index}`} className="stack-tight example">
          <blockquote className="answer-text small">
            <SpannedText text={text} spans={spans} />
          </blockquote>
          <figcaption className="soft small">
            <FileName sha256={sha256} file={files?.get(sha256)} />
          </figcaption>
        </figure>
      ))}
    </>
  );
}

function FileName({ sha256, file }: { sha256: Hex; file: TrainedFile | undefined }) {
  if (file === undefined) return <Hash value={sha256} what="file's sha256" />;
  return (
    <span>
      <Link to={`/submissions/${file.root}`}>{file.name}</Link> by{" "}
      <code title={file.contributor}>{short(file.contributor)}</code>
    </span>
  );
}
