/** Icons of the navigation and of actions: lines on 16 × 16. They repeat a text, or their button has a label. */
import type { FC } from "hono/jsx";

const PATHS = {
  overview: "M2.5 2.5h4.5v6h-4.5zM9 2.5h4.5v3.5h-4.5zM9 8h4.5v5.5h-4.5zM2.5 10.5h4.5v3h-4.5z",
  alerts: "M8 2a4 4 0 0 0-4 4v3.5l-1.25 2h10.5l-1.25-2v-3.5a4 4 0 0 0-4-4ZM6.5 13.5h3",
  deliveries: "M2.5 8.5v4.5h11v-4.5M8 2.5v7.5M5 7l3 3 3-3",
  integrations:
    "M6.5 9.5l3-3M7 4.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5l-1.5 1.5M9 11.5l-1.5 1.5a3.2 3.2 0 0 1-4.5-4.5l1.5-1.5",
  silences: "M4 6a4 4 0 0 1 6.5-3.1M12 6v3.5l1.25 2h-8.25M6.5 13.5h3M2.5 2.5l11 11",
  subscriptions: "M13.5 2.5l-6 11-1.5-5-4-2ZM6 8.5l7.5-6",
  settings: "M2.5 4.5h6M12 4.5h1.5M2.5 11.5h1.5M7.5 11.5h6M10.25 2.75v3.5M5.75 9.75v3.5",
  more: "M3 8h.010M8 8h.010M13 8h.010",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.5l3.5 3.5 6.5-8",
  acknowledge: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM5.5 8l2 2 3.25-4",
  snooze: "M8 4.5v3.5l2.5 1.5M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z",
  note: "M3 3h10v7.5h-5.5l-3 2.75v-2.75h-1.5z",
  histogram: "M2.5 13.5h11M4.500 11V8M8 11V3.500M11.500 11V6",
  copy: "M6 5.500h7.500v8h-7.500zM10.500 5.500v-3h-8v8h3.500",
  search: "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM10 10l3.5 3.5",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon: FC<{ name: IconName }> = ({ name }) => (
  <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    <path
      d={PATHS[name]}
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" ? "2.5" : "1.4"}
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
