import { type FormEvent, useState } from "react";

type ApiKeyFieldProps = { apiKey: string; onApiKey: (key: string) => void };

/** Asks for the key that this chat server wants. */
export function ApiKeyField({ apiKey, onApiKey }: ApiKeyFieldProps) {
  const [text, setText] = useState(apiKey);
  function keep(event: FormEvent) {
    event.preventDefault();
    onApiKey(text);
  }
  return (
    <form className="sheet field field-narrow" onSubmit={keep}>
      <label htmlFor="api-key">API key</label>
      <input
        id="api-key"
        className="input"
        type="password"
        autoComplete="off"
        value={text}
        aria-describedby="api-key-hint"
        onChange={(event) => setText(event.target.value)}
      />
      <p className="field-hint" id="api-key-hint">
        Whoever runs this chat server gives keys out. It is kept in this tab alone.
      </p>
      <button type="submit" className="button button-small" disabled={text.trim() === ""}>
        Use this key
      </button>
    </form>
  );
}
