import type { settingFaults, TalkSettings } from "../data/talkSettings.ts";

type TalkSettingsFieldsProps = {
  settings: TalkSettings;
  faults: ReturnType<typeof settingFaults>;
  onSettings: (settings: TalkSettings) => void;
};

/** How answers are drawn: variety, length, seed. */
export function TalkSettingsFields({ settings, faults, onSettings }: TalkSettingsFieldsProps) {
  const { temperature, maxTokens, seed } = settings;
  return (
    <details className="talk-settings">
      <summary>
        Settings{" "}
        <span className="soft small">
          variety {temperature.toFixed(1)}, up to {maxTokens} tokens,{" "}
          {seed === "" ? "any seed" : `seed ${seed}`}
        </span>
      </summary>
      <div className="field-grid">
        <div className="field">
          <label htmlFor="talk-temperature">Variety</label>
          <div className="row">
            <input
              id="talk-temperature"
              type="range"
              min={0}
              max={2}
              step={0.1}
              value={temperature}
              aria-describedby="talk-temperature-hint"
              onChange={(event) => onSettings({ ...settings, temperature: Number(event.target.value) })}
            />
            <output className="variety" htmlFor="talk-temperature">
              {temperature === 0 ? "none" : temperature.toFixed(1)}
            </output>
          </div>
          <p className="field-hint" id="talk-temperature-hint">
            The temperature of sampling: with none, the likeliest word each time.
          </p>
        </div>
        <NumberText
          id="talk-tokens"
          label="Longest answer"
          unit="tokens"
          value={maxTokens}
          fault={faults.maxTokens}
          hint="A token is a word or a part of one."
          onText={(text) => onSettings({ ...settings, maxTokens: text })}
        />
        <NumberText
          id="talk-seed"
          label="Seed"
          value={seed}
          fault={faults.seed}
          hint="The same seed gives the same answer; left empty, another one is drawn each time."
          onText={(text) => onSettings({ ...settings, seed: text })}
        />
      </div>
    </details>
  );
}

type NumberTextProps = {
  id: string;
  label: string;
  unit?: string;
  value: string;
  fault: string | undefined;
  hint: string;
  onText: (text: string) => void;
};

function NumberText({ id, label, unit, value, fault, hint, onText }: NumberTextProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input-with-unit">
        <input
          id={id}
          className="input"
          inputMode="numeric"
          autoComplete="off"
          value={value}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? `${id}-hint` : `${id}-fault ${id}-hint`}
          onChange={(event) => onText(event.target.value.trim())}
        />
        {unit && <span>{unit}</span>}
      </div>
      {fault && (
        <p className="field-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      <p className="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}
