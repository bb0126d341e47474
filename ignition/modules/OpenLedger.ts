import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ArgumentType, ContractFuture } from "@nomicfoundation/ignition-core";

/**
 * The module that deploys the whole protocol, one contract after the other, so that the deployer's nonces are the ones
 * from which every address was predicted. The contracts point at each other in a circle through immutables: each is
 * given the predicted addresses of the others.
 *
 * Parameters: the ten predicted addresses, `holder` of the token supply, `admin` of the AccessManager, `seedDelayBlocks`
 * and the initial numbers (`submissionLimits`, `poolRules`, `seatRules`, `trainingRules`).
 *
 * @param done How many contracts an interrupted deployment left at their predicted addresses.
 */
export function buildOpenLedger(done = 0) {
  return buildModule("OpenLedger", (m) => {
    const chain: ContractFuture<string>[] = [];
    /** The next contract of the line. */
    const next = (name: string, key: string, args: ArgumentType[]) => {
      const future: ContractFuture<string> =
        chain.length < done
          ? m.contractAt(name, m.getParameter<string>(key))
          : m.contract(name, args, { after: chain.slice(-1) });
      chain.push(future);
      return future;
    };

    const token = m.getParameter<string>("openToken");
    const authority = m.getParameter<string>("accessManager");
    const parameters = m.getParameter<string>("parameters");
    const randomness = m.getParameter<string>("randomness");
    const vault = m.getParameter<string>("vault");
    const seats = m.getParameter<string>("seats");
    const court = m.getParameter<string>("court");
    const datanets = m.getParameter<string>("datanets");
    const training = m.getParameter<string>("training");
    const models = m.getParameter<string>("models");

    return {
      openToken: next("OpenToken", "openToken", [m.getParameter("holder"), vault]),
      accessManager: next("AccessManager", "accessManager", [m.getParameter("admin")]),
      parameters: next("Parameters", "parameters", [
        authority,
        m.getParameter("submissionLimits"),
        m.getParameter("poolRules"),
        m.getParameter("seatRules"),
        m.getParameter("trainingRules"),
      ]),
      randomness: next("FutureBlockhash", "randomness", [m.getParameter("seedDelayBlocks")]),
      vault: next("Vault", "vault", [token, seats, court, datanets, training]),
      seats: next("Seats", "seats", [token, parameters, vault, court, training]),
      court: next("Court", "court", [parameters, seats, vault, randomness, datanets, training]),
      datanets: next("Datanets", "datanets", [parameters, court, vault]),
      training: next("Training", "training", [parameters, seats, court, vault, models]),
      models: next("Models", "models", [authority, training]),
    };
  });
}

export default buildOpenLedger();
