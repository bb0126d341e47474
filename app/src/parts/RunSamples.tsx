import { useState } from "react";
import type { Sample } from "../data/jobProgress.ts";
import { formatCount } from "../text/measures.ts";

/** What the model wrote at intervals while it was trained, the latest shown until another is chosen. */
export function RunSamples({ samples }: { samples: readonly Sample[] }) {
  const [chosen, setChosen] = useState<number>();
  const shown = samples.find(({ step }) => step === chosen) ?? samples.at(-1);
  if (!shown) return null;
  return (
    <section className="stack-tight" aria-labelledby="samples-heading">
      <h3 id="samples-heading">What it writes meanwhile</h3>
      <div className="field field-narrow">
        <label htmlFor="sample-step">After step</label>
        <select
          id="sample-step"
          className="input"
          value={shown.step}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {samples.map(({ step }) => (
            <option key={step} value={step}>
              {formatCount(step)}
            </option>
          ))}
        </select>
      </div>
      {shown.texts.map(({ prompt, text }) => (
        <figure key={prompt} className="stack-tight">
          <figcaption className="soft">{prompt}</figcaption>
          <blockquote className="sample answer-text">{text.trim() || "It wrote nothing."}</blockquote>
        </figure>
      ))}
    </section>
  );
}
