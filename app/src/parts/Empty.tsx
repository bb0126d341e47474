import type { ReactNode } from "react";

/** Nothing is here yet, why, and what to do about it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="sheet stack-tight">
      <h3>{title}</h3>
      <div className="soft stack-tight">{children}</div>
    </div>
  );
}
