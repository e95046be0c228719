/**
 * Opsgenie, Alert API, and the same API of Jira Service Management. The alias is the id of the alert; acknowledge, close and notes have
 * routes of their own. https://docs.opsgenie.com/docs/alert-api
 */
import type { EntryType, Severity } from "../../../alerts/model.ts";
import { entryOf, type MessagePayload, UNMUTED } from "../message.ts";
import { labelsOf } from "./notice.ts";
import { type Preset, jsonOf, present } from "./preset.ts";
import { fit, linkOf, shownText } from "./text.ts";

/** `details` have at most 8,000 characters together: 20 × (100 + 250). */
const MAX = {
  message: 130,
  description: 15_000,
  entity: 512,
  user: 100,
  note: 25_000,
  name: 100,
  value: 250,
  url: 250,
};
const MAX_LABELS = 17;

const PRIORITIES: Readonly<Record<Severity, string>> = {
  CRITICAL: "P1",
  HIGH: "P2",
  MEDIUM: "P3",
  LOW: "P4",
  INFO: "P5",
};

/** Entries that create the alert, or count it once more. */
const CREATIONS: ReadonlySet<EntryType> = new Set(["CREATED", "REPEATED", "REOPENED"]);

/** The routes of entries that change an alert. */
const ROUTES: Partial<Record<EntryType, string>> = {
  ACKNOWLEDGED: "acknowledge",
  UNACKNOWLEDGED: "unacknowledge",
  RESOLVED: "close",
  CLOSED: "close",
  NOTED: "notes",
};

type Entry = NonNullable<ReturnType<typeof entryOf>>;

/** The URL of a route for an alias. The given URL ends in `/alerts`. */
function routeUrl(url: string, alias: string, route: string): string {
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/$/, "")}/${encodeURIComponent(alias)}/${route}`;
  target.searchParams.set("identifierType", "alias");
  return target.href;
}

function create({ alert, note }: Entry, severity: Severity) {
  const details = [
    { name: "Tocsin", value: linkOf(alert.consoleUrl, MAX.url) },
    { name: "Source", value: linkOf(alert.url, MAX.url) },
    { name: "Alert key", value: alert.alertKey },
    ...labelsOf(alert.metadata).slice(0, MAX_LABELS),
  ].filter((detail): detail is { name: string; value: string } => detail.value !== null);
  return present({
    message: fit(shownText(alert.title) ?? "Alert", MAX.message),
    alias: alert.id,
    description: alert.description === null ? undefined : fit(alert.description, MAX.description),
    entity: alert.source === null ? undefined : fit(alert.source, MAX.entity),
    source: "Tocsin",
    priority: PRIORITIES[severity],
    details: Object.fromEntries(details.map(({ name, value }) => [fit(name, MAX.name), fit(value, MAX.value)])),
    note: note === null ? undefined : fit(note, MAX.note),
  });
}

const move = ({ actor, note, type }: Entry) =>
  present({
    source: "Tocsin",
    user: actor.name === null ? undefined : fit(actor.name, MAX.user),
    // The route for notes requires one.
    note: note === null ? (type === "NOTED" ? "Note" : undefined) : fit(note, MAX.note),
  });

export const opsgenie: Preset = {
  title: "Opsgenie",
  urlExample: "https://api.opsgenie.com/v2/alerts",
  keyName: "API key of an API integration",

  urlFault({ hostname, pathname }) {
    const path = pathname.replace(/\/$/, "");
    if (hostname === "api.atlassian.com")
      return path === "/jsm/ops/integration/v2/alerts" ? null : "not the path /jsm/ops/integration/v2/alerts";
    if (hostname !== "api.opsgenie.com" && hostname !== "api.eu.opsgenie.com")
      return "not at api.opsgenie.com, api.eu.opsgenie.com or api.atlassian.com";
    return path === "/v2/alerts" ? null : "not the path /v2/alerts";
  },

  build(payload: MessagePayload, url) {
    const entry = entryOf(payload);
    // Closes an alert that does not exist: Opsgenie checks the key, and notifies nobody.
    if (!entry) return { url: routeUrl(url, "tocsin-test", "close"), body: { source: "Tocsin" } };
    if (payload.type === UNMUTED || CREATIONS.has(entry.type))
      return { url, body: create(entry, payload.type === UNMUTED ? entry.alert.severity : entry.severity) };
    const route = ROUTES[entry.type];
    if (route === undefined) return { skipped: "Opsgenie has no request for this type of entry." };
    return { url: routeUrl(url, entry.alertId, route), body: move(entry) };
  },

  authorize: (request, key) => ({ ...request, headers: { ...request.headers, authorization: `GenieKey ${key}` } }),

  /** 202: the request is queued. */
  read(answer) {
    if (answer.status >= 200 && answer.status < 300) {
      return typeof jsonOf(answer).requestId === "string"
        ? null
        : { error: `HTTP ${answer.status}, but without a requestId` };
    }
    return { error: `HTTP ${answer.status}` };
  },
};
