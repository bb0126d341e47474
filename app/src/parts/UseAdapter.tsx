import { adapterConfig } from "@openledger/sdk/adapterConfig";
import { canonicalJson } from "@openledger/sdk/canonicalJson";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Report } from "@openledger/sdk/report";
import { useQuery } from "@tanstack/react-query";
import { adapterShapeQuery } from "../data/adapters.ts";
import type { Release } from "../data/releases.ts";
import { formatCount } from "../text/measures.ts";
import { CopyText } from "./CopyText.tsx";
import { Icon } from "./Icon.tsx";
import { QueryView } from "./QueryView.tsx";

type UseAdapterProps = { release: Release; spec: JobSpec; report: Report };

/** How to run a release without this page: weights, configuration, and three lines of Python. */
export function UseAdapter({ release, spec, report }: UseAdapterProps) {
  const shape = useQuery(adapterShapeQuery(report.adapterCid));
  const folder = `release-${release.id}`;
  return (
    <section className="sheet stack" aria-labelledby="use-heading">
      <div className="row row-between">
        <h2 id="use-heading">Use it elsewhere</h2>
        <a
          className="button"
          href={`/ipfs/${report.adapterCid}`}
          download="adapter_model.safetensors"
          data-testid="download-adapter"
        >
          <Icon name="down" />
          Download the weights
        </a>
      </div>
      <p className="soft">
        Put the weights as <code>adapter_model.safetensors</code> and the configuration below as{" "}
        <code>adapter_config.json</code> into a folder {folder}, beside the base model, and load them with
        peft:
      </p>
      <CopyText what="three lines of Python" text={loadingLines(spec.base.name, folder)} />
      <QueryView query={shape} what="the adapter's layers" lines={4}>
        {(found) => (
          <>
            <p className="small soft">
              {formatCount(found.parameters)} parameters in the layers {found.targets.join(", ")}.
            </p>
            <details>
              <summary>adapter_config.json</summary>
              <CopyText
                what="adapter_config.json"
                text={JSON.stringify(adapterConfig(spec, found.targets), null, 2)}
              />
            </details>
          </>
        )}
      </QueryView>
      <details>
        <summary>spec.json, to post the same job again</summary>
        <CopyText what="spec.json" text={canonicalJson(spec)} />
      </details>
    </section>
  );
}

function loadingLines(base: string, folder: string): string {
  return [
    "from transformers import AutoModelForCausalLM; from peft import PeftModel",
    `base = AutoModelForCausalLM.from_pretrained("${base}")`,
    `model = PeftModel.from_pretrained(base, "${folder}")`,
  ].join("\n");
}
