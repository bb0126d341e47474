import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

type QueryViewProps<T> = {
  query: UseQueryResult<T>;
  /** What is being loaded, for screen readers: "the Datanets". */
  what: string;
  lines?: number;
  children: (data: T) => ReactNode;
};

/** A query in its three states. Once there is data it stays, and a later failure is told above it. */
export function QueryView<T>({ query, what, lines = 4, children }: QueryViewProps<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting what={what} lines={lines} />;
}
