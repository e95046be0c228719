/** Badges for severity, status and decision. Text and shape carry the meaning; color only supports it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { sentenceCase } from "./format.ts";

export type Severity = Schemas["Alert"]["severity"];
export type AlertStatus = Schemas["Alert"]["status"];
export type Decision = Schemas["Delivery"]["status"];

/** Lowest first: the index is the number of filled bars, minus one. */
export const SEVERITIES: readonly Severity[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

export const STATUSES: readonly AlertStatus[] = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"];

/** @param isCompact the name is for screen readers and the tooltip only */
export const SeverityBadge: FC<{ severity: Severity; isCompact?: boolean }> = ({ severity, isCompact = false }) => (
  <span class={`badge severity-${severity.toLowerCase()}`} title={isCompact ? sentenceCase(severity) : undefined}>
    <svg width="15" height="10" viewBox="0 0 15 10" aria-hidden="true">
      {SEVERITIES.map((_, rank) => (
        <rect
          x={rank * 3}
          y={8 - rank * 2}
          width="2"
          height={2 + rank * 2}
          class={rank <= SEVERITIES.indexOf(severity) ? "on" : "off"}
        />
      ))}
    </svg>
    {isCompact ? <span class="unseen">{sentenceCase(severity)}</span> : sentenceCase(severity)}
  </span>
);

const SHAPES: Readonly<Record<AlertStatus | Decision, string>> = {
  OPEN: "M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0 1.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z",
  ACKNOWLEDGED: "M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0 1.500v5a2.500 2.500 0 0 1 0-5Z",
  RESOLVED: "M8.600 2 4 8 1.200 5.200 2.300 4.100 3.900 5.700 7.400 1.100Z",
  CLOSED: "M1 4.200h8v1.600H1Z",
  ACCEPTED: "M8.600 2 4 8 1.200 5.200 2.300 4.100 3.900 5.700 7.400 1.100Z",
  DUPLICATE: "M1 2.200h8v1.600H1Zm0 4h8v1.600H1Z",
  REJECTED: "M2.100 1 5 3.900 7.900 1 9 2.100 6.100 5 9 7.900 7.900 9 5 6.100 2.100 9 1 7.900 3.900 5 1 2.100Z",
};

const Shape: FC<{ of: AlertStatus | Decision }> = ({ of }) => (
  <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
    <path d={SHAPES[of]} fill="currentColor" fill-rule="evenodd" />
  </svg>
);

export const StatusBadge: FC<{ status: AlertStatus; isCompact?: boolean }> = ({ status, isCompact = false }) => (
  <span class={`badge status-${status.toLowerCase()}`} title={isCompact ? sentenceCase(status) : undefined}>
    <Shape of={status} />
    {isCompact ? <span class="unseen">{sentenceCase(status)}</span> : sentenceCase(status)}
  </span>
);

export const DecisionBadge: FC<{ decision: Decision }> = ({ decision }) => (
  <span class={`badge decision-${decision.toLowerCase()}`}>
    <Shape of={decision} />
    {sentenceCase(decision)}
  </span>
);
