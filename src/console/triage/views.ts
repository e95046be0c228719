/** The tabs of the alert list. */
import { type AlertStatus, STATUSES } from "../parts/badges.tsx";
import type { Sort } from "./rows.ts";

/** Tabs of the list, their statuses and their first order; the first tab is the default. */
export const VIEWS = [
  { id: "unresolved", name: "Unresolved", statuses: ["OPEN", "ACKNOWLEDGED"], sort: "severity" },
  { id: "open", name: "Open", statuses: ["OPEN"], sort: "severity" },
  { id: "acknowledged", name: "Acknowledged", statuses: ["ACKNOWLEDGED"], sort: "severity" },
  { id: "resolved", name: "Resolved", statuses: ["RESOLVED"], sort: "lastSeenAt" },
  { id: "closed", name: "Closed", statuses: ["CLOSED"], sort: "lastSeenAt" },
  { id: "all", name: "All", statuses: STATUSES, sort: "lastSeenAt" },
] as const satisfies readonly { id: string; name: string; statuses: readonly AlertStatus[]; sort: Sort }[];

export type View = (typeof VIEWS)[number];
