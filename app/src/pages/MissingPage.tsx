import { Link } from "react-router";
import { useTitle } from "../parts/useTitle.ts";

/** For an address that leads nowhere. */
export function MissingPage() {
  useTitle("Not found");
  return (
    <>
      <h1>There is nothing at this address</h1>
      <p className="lead">
        The link may be mistyped or old. <Link to="/">See the Datanets</Link>.
      </p>
    </>
  );
}
