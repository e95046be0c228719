/**
 * PagerDuty, Events API v2. The dedup key is the id of the alert, so an acknowledgement and a resolution reach their incident.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
import type { Severity } from "../../../alerts/model.ts";
import { entryOf, type MessagePayload, UNMUTED } from "../message.ts";
import { labelsOf } from "./notice.ts";
import { type Preset, jsonOf, present, type Skipped } from "./preset.ts";
import { fit, linkOf, shownText } from "./text.ts";

const MAX = { summary: 1024, source: 500, description: 10_000, name: 100, value: 500, labels: 50, url: 2000 };

const SEVERITIES: Readonly<Record<Severity, string>> = {
  CRITICAL: "critical",
  HIGH: "error",
  MEDIUM: "warning",
  LOW: "info",
  INFO: "info",
};

type Entry = NonNullable<ReturnType<typeof entryOf>>;

/** The action for an entry; else why there is none. */
function actionOf({ type }: Entry): "trigger" | "acknowledge" | "resolve" | Skipped {
  switch (type) {
    case "CREATED":
    case "REPEATED":
    case "REOPENED":
      return "trigger";
    case "ACKNOWLEDGED":
      return "acknowledge";
    case "RESOLVED":
    case "CLOSED":
      return "resolve";
    case "UNACKNOWLEDGED":
      return { skipped: "PagerDuty's Events API cannot take back an acknowledgement." };
    default:
      return { skipped: "PagerDuty's Events API has no event for this type of entry." };
  }
}

const trigger = ({ alert, recordedAt }: Entry, severity: Severity) => {
  const links = [
    { href: linkOf(alert.consoleUrl, MAX.url), text: "Alert in Tocsin" },
    { href: linkOf(alert.url, MAX.url), text: "Alert at the source" },
  ].filter(({ href }) => href !== null);
  const labels = labelsOf(alert.metadata).slice(0, MAX.labels);
  return present({
    event_action: "trigger",
    dedup_key: alert.id,
    client: "Tocsin",
    client_url: linkOf(alert.consoleUrl, MAX.url) ?? undefined,
    links: links.length > 0 ? links : undefined,
    payload: {
      summary: fit(shownText(alert.title) ?? "Alert", MAX.summary),
      source: fit(shownText(alert.source) ?? "Tocsin", MAX.source),
      severity: SEVERITIES[severity],
      timestamp: recordedAt,
      custom_details: present({
        description: alert.description === null ? undefined : fit(alert.description, MAX.description),
        occurrences: alert.occurrences,
        ...Object.fromEntries(labels.map(({ name, value }) => [fit(name, MAX.name), fit(value, MAX.value)])),
      }),
    },
  });
};

export const pagerduty: Preset = {
  title: "PagerDuty",
  urlExample: "https://events.pagerduty.com/v2/enqueue",
  keyName: "Integration key of an Events API v2 integration",

  urlFault({ hostname, pathname }) {
    if (hostname !== "events.pagerduty.com" && hostname !== "events.eu.pagerduty.com")
      return "not at events.pagerduty.com or events.eu.pagerduty.com";
    return pathname === "/v2/enqueue" ? null : "not the path /v2/enqueue";
  },

  build(payload: MessagePayload, url) {
    const entry = entryOf(payload);
    // Resolves an incident that does not exist: PagerDuty checks the key, and pages nobody.
    if (!entry) return { url, body: { event_action: "resolve", dedup_key: "tocsin-test" } };
    // The entry that was kept may be a note, or one that another followed.
    const action = payload.type === UNMUTED ? "trigger" : actionOf(entry);
    if (typeof action === "object") return action;
    if (action === "trigger")
      return { url, body: trigger(entry, payload.type === UNMUTED ? entry.alert.severity : entry.severity) };
    return { url, body: { event_action: action, dedup_key: entry.alertId } };
  },

  authorize: ({ body, ...request }, key) => ({
    ...request,
    body: typeof body === "object" && !Array.isArray(body) ? { ...body, routing_key: key } : body,
  }),

  /** https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic */
  read(answer) {
    const { status, dedup_key: dedupKey } = jsonOf(answer);
    if (answer.status === 202 && status === "success" && typeof dedupKey === "string") return null;
    const word = typeof status === "string" && /^[a-z ]{2,40}$/.test(status) ? ` ${status}` : "";
    return { error: `HTTP ${answer.status}${word}${answer.status === 202 ? ", but without a dedup_key" : ""}` };
  },
};
