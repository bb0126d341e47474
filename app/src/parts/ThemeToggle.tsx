import { useState } from "react";
import { Icon, type IconName } from "./Icon.tsx";

type Theme = "system" | "light" | "dark";

const KEY = "openledger.theme";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS: Record<Theme, IconName> = { system: "half", light: "sun", dark: "moon" };

/** Goes round between the system's theme, light and dark. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  function turn() {
    const next = NEXT[theme];
    setTheme(next);
    if (next === "system") {
      localStorage.removeItem(KEY);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(KEY, next);
      document.documentElement.dataset.theme = next;
    }
  }
  return (
    <button type="button" className="button button-icon" onClick={turn} title={`Theme: ${theme}`}>
      <Icon name={ICONS[theme]} />
      <span className="hidden-visually">
        Theme: {theme}. Change to {NEXT[theme]}.
      </span>
    </button>
  );
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
