import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { FILES_A_PAGE, type FileFilter, filesQuery } from "../data/files.ts";
import { Empty } from "./Empty.tsx";
import { FileRowView } from "./FileRowView.tsx";
import { QueryView } from "./QueryView.tsx";

const FILTERS: { key: FileFilter; label: string }[] = [
  { key: "all", label: "All" },
  { key: "accepted", label: "Accepted" },
  { key: "rejected", label: "Rejected" },
  { key: "judging", label: "Being judged" },
];

/** The files of a Datanet with their grades and reasons, newest first. */
export function DatanetFiles({ datanet }: { datanet: number }) {
  const [filter, setFilter] = useState<FileFilter>("all");
  const [page, setPage] = useState(0);
  const query = useQuery(filesQuery(datanet, filter, page));
  function choose(next: FileFilter) {
    setFilter(next);
    setPage(0);
  }
  return (
    <section className="stack" aria-label="Files">
      <fieldset className="row plain-group" aria-label="Which files">
        {FILTERS.map(({ key, label }) => (
          <button
            key={key}
            type="button"
            className="button button-small chip"
            aria-pressed={key === filter}
            onClick={() => choose(key)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <QueryView query={query} what="the files" lines={6}>
        {({ files, total }) =>
          total === 0 ? (
            <Empty title={filter === "all" ? "No files yet" : "No such files"}>
              <p>
                {filter === "all" ? "Be the first: " : "Choose another filter, or "}
                <Link to={`/contribute?datanet=${datanet}`}>contribute files to this Datanet</Link>.
              </p>
            </Empty>
          ) : (
            <>
              <div className="table-wrap">
                <table className="table table-folding" data-testid="files">
                  <caption className="hidden-visually">Files of the Datanet, newest first</caption>
                  <thead>
                    <tr>
                      <th scope="col">File</th>
                      <th scope="col">Contributor</th>
                      <th scope="col">Grade</th>
                      <th scope="col">Why</th>
                    </tr>
                  </thead>
                  <tbody>
                    {files.map((file) => (
                      <FileRowView key={file.id} file={file} />
                    ))}
                  </tbody>
                </table>
              </div>
              {total > FILES_A_PAGE && <Pager page={page} total={total} onTurn={setPage} />}
            </>
          )
        }
      </QueryView>
    </section>
  );
}

function Pager({ page, total, onTurn }: { page: number; total: number; onTurn: (page: number) => void }) {
  const last = Math.ceil(total / FILES_A_PAGE) - 1;
  return (
    <nav className="row" aria-label="Pages of the list">
      <button
        type="button"
        className="button button-small"
        disabled={page === 0}
        onClick={() => onTurn(page - 1)}
      >
        Newer
      </button>
      <span className="small soft">
        {page * FILES_A_PAGE + 1} to {Math.min(total, (page + 1) * FILES_A_PAGE)} of {total}
      </span>
      <button
        type="button"
        className="button button-small"
        disabled={page >= last}
        onClick={() => onTurn(page + 1)}
      >
        Older
      </button>
    </nav>
  );
}
