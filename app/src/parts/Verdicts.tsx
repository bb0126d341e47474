import { useQuery } from "@tanstack/react-query";
import type { Hex } from "viem";
import { manifestQuery } from "../data/manifests.ts";
import type { SubmittedFile } from "../data/submissions.ts";
import { formatBytes } from "../text/measures.ts";
import { GradeMark } from "./GradeMark.tsx";
import { ReasonText } from "./ReasonText.tsx";

type VerdictsProps = {
  files: SubmittedFile[];
  /** Whether they are on the chain. */
  submitted: boolean;
  over: boolean;
  manifestDigest: Hex | undefined;
};

/** Every file of a submission with its verdict. */
export function Verdicts({ files, submitted, over, manifestDigest }: VerdictsProps) {
  const manifest = useQuery(manifestQuery(manifestDigest ?? "0x"));
  return (
    <section className="stack-tight" aria-labelledby="verdicts-heading">
      <h2 id="verdicts-heading">Files</h2>
      <div className="table-wrap">
        <table className="table table-folding" data-testid="verdicts">
          <caption className="hidden-visually">The files of this submission with their verdicts</caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Size</th>
              <th scope="col">Verdict</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {files.map((file, place) => {
              const listed = manifest.data?.files[file.index] ?? file;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a file's place never changes
                <tr key={place} data-testid="verdict" data-file={listed.name}>
                  <td data-label="File">
                    {listed.cid && manifest.data ? (
                      <a href={`/ipfs/${listed.cid}`} download={listed.name}>
                        {listed.name}
                      </a>
                    ) : (
                      listed.name
                    )}
                  </td>
                  <td data-label="Size">
                    {listed.sizeBytes > 0 ? formatBytes(listed.sizeBytes) : "unknown"}
                  </td>
                  <td data-label="Verdict">
                    {submitted ? <GradeMark grade={file.grade} /> : <span className="soft">None yet.</span>}
                  </td>
                  <td data-label="Why">
                    <VerdictReason file={file} submitted={submitted} over={over} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function VerdictReason({
  file,
  submitted,
  over,
}: { file: SubmittedFile } & Pick<VerdictsProps, "submitted" | "over">) {
  if (!submitted && !over) return <span className="soft">It is not on the chain yet.</span>;
  if (file.grade === null || file.grade === undefined) {
    return <span className="soft">{over ? "No verdict." : "The committee has not decided yet."}</span>;
  }
  if (file.grade > 0) return <span className="soft">Accepted: {file.grade} of 3 points.</span>;
  if (file.reason) return <ReasonText reason={file.reason} />;
  return <span className="soft">The validators gave no reason.</span>;
}
