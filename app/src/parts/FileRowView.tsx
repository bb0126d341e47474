import { reasonOfCode } from "@openledger/sdk/reasons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { FileRow } from "../data/files.ts";
import { manifestQuery } from "../data/manifests.ts";
import { formatName } from "../text/formatName.ts";
import { formatBytes } from "../text/measures.ts";
import { formatMoment } from "../text/times.ts";
import { FilePreview } from "./FilePreview.tsx";
import { GradeMark } from "./GradeMark.tsx";
import { Person } from "./Person.tsx";
import { ReasonText } from "./ReasonText.tsx";

/** A file in a table, with its name from the published manifest and a preview to open. */
export function FileRowView({ file }: { file: FileRow }) {
  const manifest = useQuery(manifestQuery(file.manifestDigest));
  const [open, setOpen] = useState(false);
  const listed = manifest.data?.files[file.index];
  return (
    <>
      <tr>
        <td data-label="File">
          <div className="stack-tight">
            {listed ? (
              <button
                type="button"
                className="link-button file-name"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
              >
                {listed.name}
              </button>
            ) : (
              <span>
                File {file.index + 1}{" "}
                <span className="soft small">
                  {manifest.isError
                    ? "(its manifest cannot be fetched here)"
                    : "(its manifest is being fetched)"}
                </span>
              </span>
            )}
            <span className="small soft">
              {listed && `${formatName(listed.mediaType)}, ${formatBytes(listed.sizeBytes)} · `}
              <Link className="nowrap" to={`/submissions/${file.root}`}>
                {formatMoment(file.submittedAt)}
              </Link>
            </span>
          </div>
        </td>
        <td data-label="Contributor">
          <Person address={file.contributor} />
        </td>
        <td data-label="Grade">
          <GradeMark grade={file.grade} />
        </td>
        <td data-label="Why">
          <FileReason file={file} />
        </td>
      </tr>
      {open && listed && (
        <tr>
          <td colSpan={4} className="preview-cell">
            <FilePreview name={listed.name} mediaType={listed.mediaType} cid={listed.cid} />
          </td>
        </tr>
      )}
    </>
  );
}

function FileReason({ file }: { file: FileRow }) {
  if (file.state === "JUDGING") return <span className="soft">The committee has not decided yet.</span>;
  if (file.grade !== 0) return <span className="soft">Accepted.</span>;
  if (file.reason === null) return <span className="soft">The validators gave no reason.</span>;
  return <ReasonText reason={reasonOfCode(file.reason)} />;
}
