import { poolName } from "@openledger/sdk/pools";
import { Icon, type IconName } from "./Icon.tsx";

const KINDS: Record<string, { icon: IconName; label: string }> = {
  TEXT: { icon: "file", label: "Text" },
  IMAGE: { icon: "image", label: "Images" },
  AUDIO: { icon: "sound", label: "Audio" },
  COMPUTE: { icon: "chip", label: "Compute" },
};

/** What kind of data a Datanet holds. */
export function PoolMark({ pool }: { pool: number }) {
  const kind = KINDS[poolName(pool)];
  return (
    <span className="mark">
      <Icon name={kind?.icon ?? "file"} />
      {kind?.label ?? "Data"}
    </span>
  );
}
