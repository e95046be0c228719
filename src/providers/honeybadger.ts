import type { Action } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import {
  BodyError,
  commentOn,
  newEvent,
  noEvents,
  singleEvent,
  type Provider,
  type Reading,
  UNPUBLISHED,
} from "./provider.ts";

/** `event`; assigned, commented, deployed and others do not change the state. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    occurred: "trigger",
    rate_exceeded: "trigger",
    unresolved: "trigger",
    resolved: "resolve",
    down: "trigger",
    up: "resolve",
    cert_will_expire: "trigger",
    check_in_missing: "trigger",
    check_in_reporting: "resolve",
    alarm_alert: "trigger",
    alarm_ok: "resolve",
    volume_spike: "trigger",
  }),
);

/** The objects that an event may be about. */
const THINGS = ["fault", "site", "check_in", "alarm", "volume_spike", "deploy"];

/** Honeybadger's webhook: an error, a site, a check-in or an alarm that changed. https://docs.honeybadger.io/guides/integrations/webhook/ */
export const honeybadger: Provider = {
  id: "honeybadger",
  name: "Honeybadger",
  docs: "https://docs.honeybadger.io/guides/integrations/webhook/",
  verification: { scheme: "token" },
  setup: `1. In the Honeybadger project, open **Settings → Alerts & Integrations** and add a **WebHook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Enable errors (occurred, resolved, unresolved), uptime (down, up), check-ins (missing, reporting) and alarms (alert, ok).
4. Honeybadger sends nothing when a certificate is renewed or a volume spike ends. Consider the integration's \`autoResolveMinutes\`.`,
  sample: {
    body: {
      event: "occurred",
      message: "[Shop/production] PriceError: price is missing",
      project: { id: 41230, name: "Shop" },
      fault: {
        id: 90210417,
        klass: "PriceError",
        message: "price is missing",
        environment: "production",
        component: "carts",
        resolved: false,
        notices_count: 1,
        tags: ["checkout"],
        url: "https://app.honeybadger.example.com/projects/41230/faults/90210417",
      },
      notice: { created_at: "2026-09-21T14:13:20.000000Z", environment: { environment_name: "production" } },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  // Other sources send an event, a message and a project too. Only Honeybadger sends the object of the event.
  recognizes: ({ body }) =>
    has(body, "message") &&
    typeof pick(body, "event") === "string" &&
    THINGS.some((name) => isObject(pick(body, name))),
  read({ body }) {
    const message = objectBody(body, "a Honeybadger event");
    const name = asText(message.event);
    if (name === null) throw new BodyError("expected the name of an event", "/event");
    const action = ACTIONS.get(name);
    if (name === "commented") return readComment(message);
    if (!action) return noEvents("the event does not change the state of an alert");
    const [fault, site] = [asObject(message.fault), asObject(message.site)];
    const [checkIn, alarm] = [asObject(message.check_in), asObject(message.alarm)];
    const isOutage = /^(down|up|check_in_missing|check_in_reporting)$/.test(name);
    return singleEvent(
      newEvent({
        action,
        alertKey: alertKeyOf(name, message, firstText(fault.id, site.id, checkIn.id, alarm.id)),
        title: firstText(message.message, fault.message, site.name, checkIn.name, alarm.name) ?? "Honeybadger alert",
        description: firstText(pick(message, "outage", "reason"), fault.message, alarm.description),
        severity: isOutage ? "HIGH" : "MEDIUM",
        source: firstText(site.name, checkIn.name, alarm.name, pick(message, "project", "name")),
        // The URL of a check-in is the secret ping URL, so it is left out.
        url: firstText(
          ...[fault, site, checkIn, alarm].flatMap((thing) => [pick(thing, "links", "web"), thing.details_url]),
          fault.url,
          alarm.url,
          site.url,
        ),
        occurredAt: occurredAt(name, message),
        startedAt: name === "up" ? asInstant(pick(message, "outage", "down_at")) : null,
        author: nameOf(message.actor),
        metadata: {
          event: name,
          project: pick(message, "project", "name"),
          environment: fault.environment ?? pick(message, "notice", "environment", "environment_name"),
          class: fault.klass,
          component: fault.component,
          tags: fault.tags,
          notices: fault.notices_count,
          status: pick(message, "outage", "status"),
          spike: message.volume_spike,
        },
      }),
    );
  },
};

const readComment = (message: JsonObject): Reading =>
  commentOn({
    alertKey: keyOf(pick(message, "fault", "id")),
    note: firstText(pick(message, "comment", "body"), pick(message, "comment", "text")),
    author: nameOf(pick(message, "comment", "author") ?? message.actor),
    occurredAt: asInstant(pick(message, "comment", "created_at")),
    url: asText(pick(message, "fault", "url")),
  });

/** Certificates and spikes have alerts apart from the outages of a site. A spike belongs to the project. */
function alertKeyOf(name: string, message: JsonObject, id: string | null): string | null {
  if (name === "volume_spike") return keyOf(pick(message, "project", "id"), "volume spike");
  return name === "cert_will_expire" ? keyOf(id, "certificate") : keyOf(id);
}

/** Resolves and reopens of an error have no date: the body has only the time of the last notice. */
function occurredAt(name: string, message: JsonObject): number | null {
  if (name === "down") return asInstant(pick(message, "outage", "down_at"));
  if (name === "up") return asInstant(pick(message, "outage", "up_at"));
  if (name !== "occurred" && name !== "rate_exceeded") return null;
  return asInstant(firstText(pick(message, "notice", "created_at"), pick(message, "fault", "last_notice_at")));
}
