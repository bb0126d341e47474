import { useConnection } from "wagmi";
import { Hash } from "./Hash.tsx";

/** An address; the reader's own is marked. */
export function Person({ address }: { address: string }) {
  const { address: own } = useConnection();
  return (
    <span className="row person">
      <Hash value={address} what="address" />
      {own?.toLowerCase() === address.toLowerCase() && <span className="mark mark-good">you</span>}
    </span>
  );
}
