import type { Pool } from "@openledger/sdk/pools";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { useNavigate } from "react-router";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { quotaQuery } from "../data/account.ts";
import { doubtfulFiles } from "../data/contribution.ts";
import type { Datanet } from "../data/datanets.ts";
import { submissionLimitsQuery } from "../data/parameters.ts";
import { startedBeforeQuery } from "../data/uploads.ts";
import { summaryOf } from "../text/contributionSummary.ts";
import { listOf } from "../text/measures.ts";
import { WalletChoices } from "../wallet/WalletChoices.tsx";
import { ChosenFiles } from "./ChosenFiles.tsx";
import { DropZone } from "./DropZone.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Icon } from "./Icon.tsx";
import { QueryView } from "./QueryView.tsx";
import { QuotaMeters } from "./QuotaMeters.tsx";
import { SignPanel } from "./SignPanel.tsx";
import { useContribution } from "./useContribution.ts";

/** Files that were being uploaded when the page was left: choosing them again goes on where they stopped. */
function StartedBefore({ datanet, contributor }: { datanet: number; contributor: Address }) {
  const { data: names = [] } = useQuery(startedBeforeQuery(datanet, contributor));
  if (names.length === 0) return null;
  return (
    <div className="notice" data-testid="started-before">
      <p>
        <strong>You left before submitting {listOf(names)}.</strong> Choose the same files again: what the
        gateway has already is not sent a second time.
      </p>
    </div>
  );
}

/** From choosing files to a signed submission, for one Datanet. */
export function ContributeForm({ datanet }: { datanet: Datanet }) {
  const { address } = useConnection();
  const { state, dispatch, add, pause, remove, sign } = useContribution(datanet.id, address);
  const navigate = useNavigate();
  const deployment = useDeployment();
  const quota = useQuery(quotaQuery(deployment, address));
  const limits = useQuery(submissionLimitsQuery(deployment));
  const busy = state.step === "signing" || state.step === "sending" || state.step === "sent";
  const failed = state.files.some(({ stage }) => stage.name === "failed");

  const section = useRef<HTMLElement>(null);

  /** A button that is pressed and goes away would take the keyboard's focus with it: the nearest thing that stays gets it. */
  function keepFocus(index: number, change: () => void) {
    flushSync(change);
    const buttons = [...(section.current?.querySelectorAll<HTMLElement>("[data-remove]") ?? [])];
    const choose = section.current?.querySelector<HTMLElement>("[data-choose]");
    (buttons[Math.min(index, buttons.length - 1)] ?? choose)?.focus();
  }

  async function signAndFollow() {
    const root = await sign();
    if (root) navigate(`/submissions/${root}`);
  }

  return (
    <>
      <section className="sheet stack" aria-labelledby="files-heading" ref={section}>
        <h2 id="files-heading">2. Files</h2>
        {datanet.availableWei < 3n * datanet.rewardWei + datanet.feeWei && (
          <div className="notice notice-warn">
            <p>
              <strong>This Datanet has no money left for another file.</strong> Choose another one, or wait
              until its owner adds some.
            </p>
          </div>
        )}
        <div className="two-columns">
          <DropZone pool={datanet.pool as Pool} disabled={busy} onFiles={add} />
          {address ? (
            <QueryView query={quota} what="your quota" lines={3}>
              {(left) => <QuotaMeters quota={state.quota ?? left} limits={limits.data} />}
            </QueryView>
          ) : (
            <div className="stack-tight" data-testid="connect-first">
              <p>
                <strong>Connect a wallet</strong> to have the files checked: a submission belongs to an
                address.
              </p>
              <WalletChoices
                onDone={() => section.current?.querySelector<HTMLElement>("[data-choose]")?.focus()}
              />
            </div>
          )}
        </div>
        <p role="status" className="small" data-testid="summary">
          {summaryOf(state)}
        </p>
        {state.files.length > 0 && (
          <ChosenFiles
            files={state.files}
            disabled={busy}
            onRemove={(key) =>
              keepFocus(
                state.files.findIndex((file) => file.key === key),
                () => remove(key),
              )
            }
            onPause={pause}
            onResume={(key) => dispatch({ type: "resumed", key })}
          />
        )}
        {address && state.files.length === 0 && <StartedBefore datanet={datanet.id} contributor={address} />}
        {failed && (
          <button
            type="button"
            className="button"
            onClick={() => keepFocus(0, () => dispatch({ type: "retried" }))}
          >
            <Icon name="retry" />
            Upload the failed files again
          </button>
        )}
      </section>
      <SignPanel
        state={state}
        datanetName={datanet.name}
        onSign={() => void signAndFollow()}
        onCheckAgain={() => dispatch({ type: "retried" })}
        onRemoveDoubtful={() =>
          keepFocus(0, () => {
            for (const { key } of doubtfulFiles(state)) remove(key);
          })
        }
      />
    </>
  );
}
