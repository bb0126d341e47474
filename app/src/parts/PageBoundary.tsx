import { Problem } from "@openledger/sdk/problem";
import { Component, type ReactNode } from "react";
import { Failure } from "./Failure.tsx";

type PageBoundaryProps = { children: ReactNode };
type PageBoundaryState = { error?: unknown };

/** Keeps the frame when a page cannot be drawn, and offers a way on. React offers this to classes only. */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = {};

  static getDerivedStateFromError(error: unknown): PageBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failure error={explain(error)} onRetry={() => location.reload()} retryLabel="Reload the page" />;
  }
}

/** A part of the page that is no longer there means that the page was built anew since it was opened. */
function explain(error: unknown): unknown {
  const isMissingPart = /dynamically imported module|module script|preload/i.test(String(error));
  if (!isMissingPart) return error;
  return new Problem("old-page", "This page has changed since you opened it.", "Reload it to go on.", {
    cause: error,
  });
}
