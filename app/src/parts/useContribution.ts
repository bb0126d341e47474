import { readDatanet } from "@openledger/sdk/client/readDatanet";
import { explainError } from "@openledger/sdk/errors";
import { MAX_FILES } from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import { reasonOf } from "@openledger/sdk/reasons";
import { checkPreparedSubmission, rootOfSubmission, typedDataOf } from "@openledger/sdk/submission";
import { useEffect, useReducer, useRef } from "react";
import type { Address, Hex } from "viem";
import { useConfig } from "wagmi";
import { signTypedData } from "wagmi/actions";
import {
  type ChosenFile,
  contribute,
  EMPTY_CONTRIBUTION,
  goodFiles,
  isDryRunDue,
  type Warning,
} from "../data/contribution.ts";
import { dryRun } from "../data/dryRuns.ts";
import { postJson } from "../data/gateway.ts";
import { rememberSubmission } from "../data/ownSubmissions.ts";
import { forgetUploads, hashFile, TAKEN_BACK, uploadFile } from "../data/uploads.ts";
import { ensureChain } from "../wallet/ensureChain.ts";
import { useDeployment } from "./deploymentContext.ts";

const UPLOADS_AT_ONCE = 2;
/** A deadline further away than this is none that the reader should sign. */
const LONGEST_DEADLINE_SECONDS = 86_400;

/**
 * A contribution from chosen files to a signed submission: uploads what is chosen, asks for a dry run when all is
 * there, signs and sends when the reader says so.
 */
export function useContribution(datanet: number | undefined, contributor: Address | undefined) {
  const { chainId, addresses, client } = useDeployment();
  const config = useConfig();
  const [state, dispatch] = useReducer(contribute, EMPTY_CONTRIBUTION);
  const session = useRef(new AbortController());
  /** What stops an upload that is on its way, by the key of its file. */
  const stops = useRef(new Map<string, AbortController>());
  const count = useRef(0);

  // Uploads belong to a Datanet and a contributor: with another one everything starts again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two are what the effect reacts to
  useEffect(() => {
    session.current = new AbortController();
    dispatch({ type: "restarted" });
    return () => session.current.abort();
  }, [datanet, contributor]);

  useEffect(() => {
    if (datanet === undefined || !contributor) return;
    const { signal } = session.current;
    const busy = state.files.filter(({ stage }) => stage.name === "uploading").length;
    const waiting = state.files.filter(({ stage }) => stage.name === "waiting");
    for (const file of waiting.slice(0, Math.max(0, UPLOADS_AT_ONCE - busy))) {
      dispatch({ type: "uploadStarted", key: file.key });
      const stop = new AbortController();
      stops.current.set(file.key, stop);
      void upload(file, datanet, contributor, stop.signal, signal);
    }

    async function upload(
      { key, blob }: ChosenFile,
      to: number,
      from: Address,
      own: AbortSignal,
      all: AbortSignal,
    ) {
      const stop = AbortSignal.any([own, all]);
      try {
        const digest = await hashFile(blob);
        const stored = await uploadFile({
          datanet: to,
          contributor: from,
          file: blob,
          sha256: digest,
          onProgress: (sentBytes) => dispatch({ type: "uploadProgressed", key, sentBytes }),
          signal: stop,
        });
        if (stop.aborted) return;
        if (!stored.ok) {
          dispatch({ type: "refused", key, reason: stored.reason ?? reasonOf("unreadable") });
        } else if (stored.sha256.toLowerCase() !== digest) {
          dispatch({ type: "refused", key, reason: reasonOf("bytes-differ") });
        } else {
          dispatch({ type: "stored", key, sha256: digest, mediaType: stored.mediaType });
        }
      } catch (error) {
        if (!stop.aborted) dispatch({ type: "uploadFailed", key, fault: explainError(error) });
      }
    }
  }, [state.files, datanet, contributor]);

  // What failed for want of a connection goes on by itself once there is one.
  useEffect(() => {
    const goOn = () => dispatch({ type: "retried" });
    window.addEventListener("online", goOn);
    return () => window.removeEventListener("online", goOn);
  }, []);

  const due = isDryRunDue(state);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are those of the moment when the dry run is due
  useEffect(() => {
    if (!due || datanet === undefined || !contributor) return;
    const { signal } = session.current;
    const files = goodFiles(state);
    dispatch({ type: "checkStarted" });
    const request = {
      datanet,
      contributor,
      files: files.map(({ blob, sha256 }) => ({ name: blob.name, sha256 })),
    };
    dryRun(request, signal).then(
      (outcome) => {
        if (signal.aborted) return;
        const warnings = new Map<string, Warning>();
        for (const { name, sha256, ok, reason, warning, duplicate } of outcome.files) {
          const file = files.find((one) => one.sha256 === sha256.toLowerCase() && one.blob.name === name);
          if (!file) continue;
          const copy = duplicate ? { duplicate } : {};
          if (!ok)
            dispatch({ type: "refused", key: file.key, reason: reason ?? reasonOf("unreadable"), ...copy });
          else if (warning) warnings.set(file.key, { warning, ...copy });
        }
        const { prepared, quota } = outcome;
        dispatch({
          type: "checked",
          warnings,
          ...(prepared ? { prepared } : {}),
          ...(quota ? { quota } : {}),
        });
      },
      (error: unknown) => {
        if (!signal.aborted) dispatch({ type: "checkFailed", fault: explainError(error) });
      },
    );
  }, [due, datanet, contributor]);

  async function sign(): Promise<Hex | undefined> {
    const { prepared } = state;
    if (!prepared || datanet === undefined || !contributor) return undefined;
    try {
      dispatch({ type: "signing" });
      const { timestamp } = await client.getBlock({ blockTag: "latest" });
      const files = goodFiles(state).map(({ blob, sha256 }) => ({
        name: blob.name,
        sizeBytes: blob.size,
        sha256,
      }));
      // The chain says which terms hold now; their licence stands before the contributor, and in what they sign.
      const { terms } = await readDatanet(client, { addresses, datanet });
      const { licence } = prepared.manifest;
      checkPreparedSubmission({
        prepared,
        target: { chainId, datanets: addresses.datanets, datanet, contributor, terms, licence },
        files,
        notAfter: Number(timestamp) + LONGEST_DEADLINE_SECONDS,
      });
      await ensureChain(config, chainId);
      const { manifest, submission } = prepared;
      const signature = await signTypedData(config, typedDataOf(prepared));
      dispatch({ type: "sending" });
      const { root } = await postJson<{ root: Hex }>("/v1/submissions", { manifest, submission, signature });
      if (root.toLowerCase() !== rootOfSubmission(submission).toLowerCase()) {
        throw new Problem(
          "other-root",
          "The gateway answered for another submission.",
          "Reload the page and look at your account.",
        );
      }
      rememberSubmission({
        root,
        datanet,
        contributor,
        names: files.map(({ name }) => name),
        at: Date.now(),
      });
      dispatch({ type: "sent", root });
      void forgetUploads(files.map(({ sha256 }) => sha256));
      return root;
    } catch (error) {
      dispatch({ type: "stopped", fault: explainError(error) });
      return undefined;
    }
  }

  function add(chosen: readonly File[]) {
    const files = chosen.map((blob) => ({ key: `file-${count.current++}`, blob }));
    dispatch({ type: "added", files, limit: MAX_FILES, refusal: reasonOf("too-many-files") });
  }

  function pause(key: string) {
    stops.current.get(key)?.abort();
    dispatch({ type: "paused", key });
  }

  function remove(key: string) {
    stops.current.get(key)?.abort(TAKEN_BACK);
    dispatch({ type: "removed", key });
  }

  return { state, dispatch, add, pause, remove, sign };
}
