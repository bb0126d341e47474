import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { WagmiProvider } from "wagmi";
import { type Deployment, deploymentQuery } from "./data/deployment.ts";
import { DeploymentContext } from "./parts/deploymentContext.ts";
import { Failure } from "./parts/Failure.tsx";
import { Waiting } from "./parts/Waiting.tsx";
import { Routes } from "./Routes.tsx";
import { createWalletConfig } from "./wallet/config.ts";

/** Asks the gateway which chain it serves, then draws the page for it. */
export function App() {
  const deployment = useQuery(deploymentQuery());
  if (deployment.data) return <Deployed deployment={deployment.data} />;
  return (
    <main className="frame-main">
      <h1>OpenLedger</h1>
      {deployment.isError ? (
        <Failure error={deployment.error} onRetry={() => void deployment.refetch()} />
      ) : (
        <Waiting what="the gateway's status" />
      )}
    </main>
  );
}

function Deployed({ deployment }: { deployment: Deployment }) {
  const config = useMemo(() => createWalletConfig(deployment), [deployment]);
  return (
    <DeploymentContext value={deployment}>
      <WagmiProvider config={config}>
        <Routes />
      </WagmiProvider>
    </DeploymentContext>
  );
}
