import { Link } from "react-router";

/** The mark: three entries of a ledger, the last one ticked off. */
export function Brand() {
  return (
    <Link to="/" className="brand">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0b5d45" />
        <path d="M8 10.5h16M8 16h10M8 21.5h6" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
        <path
          d="m18 21.5 2.7 2.7 5-6"
          fill="none"
          stroke="#8ff0c4"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      OpenLedger
    </Link>
  );
}
