import { useQuery } from "@tanstack/react-query";
import { type Connector, useConnect, useConnection, useConnectors, useDisconnect } from "wagmi";
import { Failure } from "../parts/Failure.tsx";
import { Icon } from "../parts/Icon.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { short } from "../text/short.ts";
import { loadDemoAccounts } from "./demoAccounts.ts";
import { chooseDemoAccount, DEMO_CONNECTOR_ID } from "./demoConnector.ts";

/** Every way to connect: the wallets that announced themselves, and on the local chain the demo accounts. */
export function WalletChoices({ onDone }: { onDone: () => void }) {
  const connectors = useConnectors();
  const { connector: current } = useConnection();
  const connect = useConnect();
  const demo = connectors.find(({ id }) => id === DEMO_CONNECTOR_ID);
  const announced = connectors.filter(({ id }) => id !== DEMO_CONNECTOR_ID && id !== "injected");
  // An older extension announces nothing; the plain connector stands for it, and only where something was injected.
  const injectedOnly = "ethereum" in window ? connectors.filter(({ id }) => id === "injected") : [];
  const wallets = announced.length > 0 ? announced : injectedOnly;
  return (
    <>
      {wallets.length > 0 && <p className="small soft">Wallets in this browser</p>}
      {wallets.map((connector) => (
        <button
          key={connector.uid}
          type="button"
          className="menu-choice"
          disabled={connector.uid === current?.uid || connect.isPending}
          onClick={() => connect.mutate({ connector }, { onSuccess: onDone })}
        >
          {connector.icon ? (
            <img src={connector.icon} alt="" width={20} height={20} />
          ) : (
            <Icon name="wallet" />
          )}
          {connector.name === "Injected" ? "Browser wallet" : connector.name}
        </button>
      ))}
      {wallets.length === 0 && !demo && (
        <p className="small">
          No wallet was found in this browser. Install one that supports EIP-6963 (most do), then reload the
          page.
        </p>
      )}
      {demo && <DemoChoices connector={demo} onDone={onDone} />}
      {connect.isError && <Failure error={connect.error} />}
    </>
  );
}

function DemoChoices({ connector, onDone }: { connector: Connector; onDone: () => void }) {
  const accounts = useQuery({
    queryKey: ["demo-accounts"],
    queryFn: loadDemoAccounts,
    staleTime: Infinity,
    structuralSharing: false,
  });
  const { address, connector: current } = useConnection();
  const connect = useConnect();
  const disconnect = useDisconnect();
  async function play(index: number) {
    if (current) await disconnect.mutateAsync({});
    chooseDemoAccount(index);
    connect.mutate({ connector }, { onSuccess: onDone });
  }
  return (
    <>
      <p className="small soft">Demo accounts: local chain only, their keys are public</p>
      <QueryView query={accounts} what="the demo accounts">
        {(list) => (
          <ul>
            {list.map(({ index, label, account }) => (
              <li key={index}>
                <button
                  type="button"
                  className="menu-choice"
                  data-testid={`demo-account-${index}`}
                  aria-pressed={account.address === address}
                  onClick={() => void play(index)}
                >
                  <Icon name={account.address === address ? "check" : "wallet"} />
                  <span className="menu-choice-name">{nameOf(label)}</span>
                  <code className="small soft">{short(account.address)}</code>
                </button>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      {connect.isError && <Failure error={connect.error} />}
    </>
  );
}

/** The sdk's label says "local only" on each account; here the heading says it for all. */
function nameOf(label: string): string {
  const plain = label
    .replace(/ \(local only\)$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
