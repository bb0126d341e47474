/** Drawn on a 20 by 20 grid with a stroke of 1.6. */
const PATHS = {
  check: "m4 10.5 4 4 8-9",
  cross: "m5 5 10 10M15 5 5 15",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3.5V10l2.5 2",
  file: "M5 2.8h6.5L15 6.3v10.9H5V2.8Zm6 0v4h4",
  image: "M3 4h14v12H3V4Zm0 9 4-4 3.5 3.5L13 10l4 3.5M12.7 7.4h.1",
  sound: "M3 10h1.5M6.5 6v8M10 3.5v13M13.5 7v6M17 9.2v1.6",
  chip: "M6 6h8v8H6V6Zm2-3v3m4-3v3M8 14v3m4-3v3M3 8h3m-3 4h3m8-4h3m-3 4h3",
  upload: "M10 13V3.5m0 0L6 7.5m4-4 4 4M3.5 12.5v4h13v-4",
  wallet: "M3 5.5h12.5v3H17v7H3v-10Zm0 0 10-2.8v2.8m0 6.2h.1",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 2v2m0 12v2M2 10h2m12 0h2M4.3 4.3l1.4 1.4m8.6 8.6 1.4 1.4m0-11.4-1.4 1.4m-8.6 8.6-1.4 1.4",
  moon: "M15.8 12.4A6.6 6.6 0 0 1 7.6 4.2a6.6 6.6 0 1 0 8.2 8.2Z",
  half: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 0v14m2-13.7v13.4m2.3-12.2v11",
  copy: "M7.5 7.5h9v9h-9v-9Zm-4 5v-9h9",
  retry: "M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4",
  pause: "M7 5v10M13 5v10",
  play: "M6.5 4.5 15 10l-8.5 5.5v-11Z",
  stop: "M5.5 5.5h9v9h-9v-9Z",
  arrow: "M4 10h12m0 0-4.5-4.5M16 10l-4.5 4.5",
  chat: "M3 4h14v9.5H9L5 17v-3.5H3V4Z",
  down: "m5 7.5 5 5 5-5",
  spin: "M10 3a7 7 0 1 1-7 7",
  warn: "M10 3 2.5 16.5h15L10 3Zm0 5v4m0 2.2v.1",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon beside text. It says nothing that the text does not, so screen readers skip it. */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg
      className={`icon ${name === "spin" ? "spinner" : ""} ${className}`}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
