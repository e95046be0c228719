import type { Severity } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** `impact` of an incident. */
const IMPACTS: ReadonlyMap<string, Severity> = new Map([
  ["critical", "CRITICAL"],
  ["major", "HIGH"],
  ["minor", "LOW"],
  ["none", "INFO"],
]);

/** `new_status` of a component, as `plain` makes it; Instatus uses them as the impact of an incident too. */
const STATUSES: ReadonlyMap<string, Severity> = new Map([
  ["majoroutage", "CRITICAL"],
  ["partialoutage", "HIGH"],
  ["degradedperformance", "MEDIUM"],
]);

const OVER: ReadonlySet<string> = new Set(["resolved", "postmortem", "completed"]);

/**
 * Atlassian Statuspage, and pages that imitate it (Instatus, Better Stack): an incident of a status page, or a component that changed.
 * https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
 */
export const statuspage: Provider = {
  id: "statuspage",
  name: "Atlassian Statuspage",
  docs: "https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/",
  verification: { scheme: "token" },
  setup: `1. On the status page that you want to follow, choose **Subscribe to updates → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, and your email address for delivery errors.`,
  sample: {
    body: {
      meta: { generated_at: "2026-09-21T14:13:21Z" },
      page: { id: "j2mfxwj97wnj", status_indicator: "major", status_description: "Partial System Outage" },
      incident: {
        id: "lbkhbwn21v5q",
        name: "Payments fail",
        status: "investigating",
        impact: "major",
        created_at: "2026-09-21T14:13:20.000Z",
        updated_at: "2026-09-21T14:13:20.000Z",
        resolved_at: null,
        shortlink: "https://stspg.example.com/2b1c",
        incident_updates: [{ status: "investigating", body: "We look into it." }],
        components: [{ id: "rb5wq1dczvbm", name: "Payments API", status: "partial_outage" }],
      },
    },
  },
  senderProfile: { ...UNPUBLISHED, timeoutSeconds: 30 },
  volatile: [],
  recognizes: ({ body }) => has(body, "page", "meta") && (has(body, "incident") || has(body, "component")),
  read({ body }) {
    const message = objectBody(body, "a Statuspage notification");
    if (isObject(message.incident)) return readIncident(message.incident, message);
    if (isObject(message.component)) return readComponent(message.component, message);
    if (isObject(message.maintenance)) return noEvents("planned maintenance");
    throw new BodyError("expected an incident or a component");
  },
};

function readIncident(incident: JsonObject, message: JsonObject): Reading {
  const status = asText(incident.status) ?? "";
  const impact = plain(incident.impact);
  if (asText(incident.scheduled_for) !== null || impact.includes("maintenance")) return noEvents("planned maintenance");
  const isOver = OVER.has(plain(status)) || parseAction(status) === "resolve";
  return singleEvent(
    newEvent({
      action: isOver ? "resolve" : "trigger",
      alertKey: keyOf(incident.id),
      title: asText(incident.name) ?? "Statuspage incident",
      description: asText(pick(incident, "incident_updates", 0, "body")),
      severity: IMPACTS.get(impact) ?? STATUSES.get(impact) ?? "MEDIUM",
      source: firstText(pick(incident, "components", 0, "name"), pick(message, "page", "name")),
      url: firstText(incident.shortlink, incident.url),
      occurredAt: asInstant(firstText(isOver ? incident.resolved_at : null, incident.updated_at, incident.created_at)),
      startedAt: isOver ? asInstant(incident.created_at) : null,
      metadata: {
        status,
        impact: incident.impact,
        components: incident.components,
        page: pick(message, "page", "id"),
        pageStatus: pick(message, "page", "status_description"),
      },
    }),
  );
}

function readComponent(component: JsonObject, message: JsonObject): Reading {
  const update = asObject(message.component_update);
  const status = firstText(update.new_status, component.status) ?? "";
  if (plain(status).includes("maintenance")) return noEvents("maintenance");
  const name = asText(component.name);
  return singleEvent(
    newEvent({
      action: plain(status) === "operational" || parseAction(status) === "resolve" ? "resolve" : "trigger",
      alertKey: keyOf(firstText(component.id, update.component_id)),
      title: `${name ?? "Component"}: ${status.toLowerCase().replaceAll("_", " ")}`,
      description: asText(component.description),
      severity: STATUSES.get(plain(status)) ?? "MEDIUM",
      source: name,
      occurredAt: asInstant(update.created_at),
      metadata: { status, previousStatus: update.old_status, page: pick(message, "page", "id") },
    }),
  );
}

/** Instatus writes `MAJOROUTAGE` for `major_outage`. */
const plain = (word: unknown): string => (asText(word) ?? "").toLowerCase().replaceAll(/[\s_-]/g, "");
