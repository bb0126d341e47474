import { Suspense, useEffect, useRef } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import { WalletMenu } from "../wallet/WalletMenu.tsx";
import { Brand } from "./Brand.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { PageBoundary } from "./PageBoundary.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { Waiting } from "./Waiting.tsx";

const PLACES = [
  { to: "/", label: "Datanets", end: true },
  { to: "/contribute", label: "Contribute" },
  { to: "/leaderboard", label: "Leaderboard" },
  { to: "/jobs", label: "Training" },
  { to: "/talk", label: "Chat" },
  { to: "/account", label: "Account" },
];

/** Header, navigation and footer around the page that is shown. */
export function Frame() {
  const { chain, version } = useDeployment();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // A page that replaces another starts at its top, with the keyboard in its content. The first one keeps what the reader had.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what the effect reacts to
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className="frame">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="frame-header">
        <div className="frame-header-row">
          <Brand />
          <nav className="nav" aria-label="Main">
            {PLACES.map(({ to, label, end }) => (
              <NavLink key={to} to={to} end={end ?? false}>
                {label}
              </NavLink>
            ))}
          </nav>
          <div className="frame-tools">
            <ThemeToggle />
            <WalletMenu />
          </div>
        </div>
      </header>
      <main id="main" className="frame-main" ref={main} tabIndex={-1}>
        <PageBoundary key={pathname}>
          <Suspense fallback={<Waiting what="the page" />}>
            <Outlet />
          </Suspense>
        </PageBoundary>
      </main>
      <footer className="frame-footer">
        <div className="frame-footer-row">
          <span>
            {chain.name} (id {chain.id})
          </span>
          <span>Gateway {version}</span>
          <a href="/docs">Gateway API</a>
          {chain.testnet && <span>Demo accounts and their OPEN are worth nothing.</span>}
        </div>
      </footer>
    </div>
  );
}
