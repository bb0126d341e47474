import { useQuery } from "@tanstack/react-query";
import type { Hex } from "viem";
import { useConnection } from "wagmi";
import { type Appeal, appealCommittee, appealsQuery } from "../data/appeals.ts";
import { type Docket, docketQuery } from "../data/dockets.ts";
import { appealRulesQuery } from "../data/parameters.ts";
import { docketSteps } from "../text/steps.ts";
import { formatSeconds } from "../text/times.ts";
import { Amount } from "./Amount.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";
import { Person } from "./Person.tsx";
import { Timeline } from "./Timeline.tsx";
import { useAppeal } from "./useAppeal.ts";
import { useChainTime } from "./useChainTime.ts";

type AppealsProps = { root: Hex; docket: Docket | null | undefined };

/** The appeals of a submission's verdict, and the way to make one while its window is open. */
export function Appeals({ root, docket }: AppealsProps) {
  const { data: appeals = [] } = useQuery(appealsQuery(root));
  const now = useChainTime();
  const last = appeals.at(-1);
  const { data: lastDocket } = useQuery(docketQuery(last?.id));
  const judged = last === undefined ? docket : lastDocket;
  const open = judged?.phase === "SETTLED" && now !== undefined && now < (judged.appealEnds ?? 0);
  if (appeals.length === 0 && !open) return null;
  return (
    <section className="sheet stack" aria-labelledby="appeals-heading" data-testid="appeals">
      <h2 id="appeals-heading">Appeals</h2>
      {appeals.map((appeal) => (
        <AppealProgress key={appeal.id} appeal={appeal} now={now} />
      ))}
      {open && judged && now !== undefined && (
        <AppealOffer root={root} size={judged.committeeSize ?? 0} left={(judged.appealEnds ?? 0) - now} />
      )}
    </section>
  );
}

function AppealProgress({ appeal, now }: { appeal: Appeal; now: number | undefined }) {
  const { data: docket } = useQuery(docketQuery(appeal.id));
  return (
    <div className="stack-tight" data-testid="appeal" data-changed={appeal.changed ?? "open"}>
      <dl className="facts-lines">
        <dt>{appeal.level === 1 ? "First appeal by" : "Second appeal by"}</dt>
        <dd>
          <Person address={appeal.appellant} />
        </dd>
        <dt>Bond</dt>
        <dd>
          <Amount wei={appeal.bondWei} />
        </dd>
        <dt>Outcome</dt>
        <dd>{outcome(appeal)}</dd>
      </dl>
      {docket && appeal.changed === null && (
        <Timeline
          steps={docketSteps(docket, now ?? 0).slice(1)}
          now={now}
          label={`Progress of appeal ${appeal.level}`}
        />
      )}
    </div>
  );
}

function outcome({ changed }: Appeal): string {
  if (changed === null) return "A larger committee judges these files anew; the credit waits for it.";
  return changed ? "A grade changed: the bond came back." : "No grade changed: the bond is lost.";
}

function AppealOffer({ root, size, left }: { root: Hex; size: number; left: number }) {
  const deployment = useDeployment();
  const { data: rules } = useQuery(appealRulesQuery(deployment));
  const { address } = useConnection();
  const appeal = useAppeal(root);
  if (!rules) return null;
  const members = appealCommittee(size);
  const bondWei = rules.bondWei * BigInt(members);
  return (
    <div className="stack-tight">
      <p>
        Not right? Anyone may have these files judged anew by {members} seats instead of {size}, for a bond of{" "}
        <Amount wei={bondWei} />. It comes back if any grade changes, and is lost if none does. Nobody&rsquo;s
        rank falls while an appeal is open. {formatSeconds(left)} left.
      </p>
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={address === undefined || appeal.isPending || appeal.isSuccess}
          onClick={() => appeal.mutate(bondWei)}
          data-testid="make-appeal"
        >
          {appeal.isPending ? "Appealing…" : "Appeal the verdict"}
        </button>
        {address === undefined && <span className="small soft">Connect a wallet first.</span>}
      </div>
      {appeal.isError && <Failure error={appeal.error} />}
    </div>
  );
}
