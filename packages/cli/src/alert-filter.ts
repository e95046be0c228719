/** The filters that lists have in common, as options and as query parameters. */
import { SEVERITIES, STATUSES } from "../../../src/alerts/model.ts";
import type { Options, Values } from "./command.ts";
import { UsageError } from "./errors.ts";
import { instantOf } from "./time.ts";

/** Where and when, of alerts and deliveries alike. */
export const scopeOptions = (when: string) =>
  ({
    integration: { type: "string", value: "ID", summary: "Only what came through this integration" },
    team: { type: "string", value: "ID", summary: "Only what belongs to this team" },
    since: { type: "string", value: "WHEN", summary: `${when} at or after this instant, or so long ago: 15m, 2h, 7d` },
    until: { type: "string", value: "WHEN", summary: `${when} before` },
  }) as const satisfies Options;

/** The filters of alerts. */
export const ALERT_FILTER = {
  status: { type: "string", value: "STATUS", summary: "One of these", isRepeatable: true, choices: STATUSES },
  severity: { type: "string", value: "SEVERITY", summary: "One of these", isRepeatable: true, choices: SEVERITIES },
  ...scopeOptions("Triggered"),
  q: { type: "string", value: "TEXT", summary: "Text in the title or the description" },
  label: { type: "string", value: "NAME=VALUE", summary: "What the metadata say", isRepeatable: true },
} as const satisfies Options;

/** Where and when as query parameters; `now` in Unix ms. */
export const scopeQuery = (values: Values<ReturnType<typeof scopeOptions>>, now: number) => ({
  integrationId: values.integration,
  teamId: values.team,
  since: instantOf(values.since, now),
  until: instantOf(values.until, now),
});

/** The filters of alerts as query parameters; `now` in Unix ms. @throws UsageError for a label that is none */
export const alertQuery = (values: Values<typeof ALERT_FILTER>, now: number) => ({
  ...scopeQuery(values, now),
  status: values.status,
  severity: values.severity,
  q: values.q,
  label: values.label && Object.fromEntries(values.label.map(readLabel)),
});

function readLabel(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--label is NAME=VALUE, not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
