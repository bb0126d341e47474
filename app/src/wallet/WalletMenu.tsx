import { useEffect, useRef, useState } from "react";
import { useConnection, useDisconnect } from "wagmi";
import { Icon } from "../parts/Icon.tsx";
import { short } from "../text/short.ts";
import { WalletChoices } from "./WalletChoices.tsx";

/** The button that connects a wallet, or shows which one is connected. */
export function WalletMenu() {
  const { address, isConnected, connector } = useConnection();
  const disconnect = useDisconnect();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    function onPointer(event: PointerEvent) {
      if (!menu.current?.contains(event.target as Node)) setOpen(false);
    }
    function onKey(event: KeyboardEvent) {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    }
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey);
    };
  }, [open]);

  return (
    <div className="menu" ref={menu}>
      <button
        ref={button}
        type="button"
        className={`button ${isConnected ? "" : "button-main"}`}
        aria-expanded={open}
        aria-controls="wallet-menu"
        data-testid="wallet-button"
        onClick={() => setOpen(!open)}
      >
        <Icon name="wallet" />
        {isConnected && address ? <code>{short(address)}</code> : "Connect"}
      </button>
      {open && (
        <section className="menu-sheet" id="wallet-menu" aria-label="Wallet">
          {isConnected && (
            <>
              <p className="small soft">
                Connected with {connector?.name}.
                <br />
                <code className="whole-hash" data-testid="wallet-address">
                  {address}
                </code>
              </p>
              <button
                type="button"
                className="button button-small"
                onClick={() => {
                  disconnect.mutate({});
                  setOpen(false);
                }}
              >
                Disconnect
              </button>
            </>
          )}
          <WalletChoices onDone={() => setOpen(false)} />
        </section>
      )}
    </div>
  );
}
