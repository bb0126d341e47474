import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { chainTimeQuery } from "../data/deployment.ts";
import { useDeployment } from "./deploymentContext.ts";

/**
 * Chain time in seconds, ticking between blocks; undefined until the first block has been read.
 */
export function useChainTime(): number | undefined {
  const { data } = useQuery(chainTimeQuery(useDeployment()));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!data) return undefined;
  return data.seconds + Math.max(0, Math.floor((now - data.readAt) / 1000));
}
