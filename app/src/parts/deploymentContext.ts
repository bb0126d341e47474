import { createContext, use } from "react";
import type { Deployment } from "../data/deployment.ts";

/** The deployment that the whole page talks to. */
export const DeploymentContext = createContext<Deployment | undefined>(undefined);

/** The deployment; every page is drawn only once it is known. */
export function useDeployment(): Deployment {
  const deployment = use(DeploymentContext);
  if (!deployment) throw new Error("useDeployment is used outside of the deployment's provider.");
  return deployment;
}
