import type { Action } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

const TYPES: ReadonlyMap<string, Action> = new Map([
  ["snitch.missing", "trigger"],
  ["snitch.errored", "trigger"],
  ["snitch.reporting", "resolve"],
]);

/** Dead Man's Snitch's webhook: one snitch that is missing, failed or reporting again. https://deadmanssnitch.com/docs/integrations/webhooks */
export const deadMansSnitch: Provider = {
  id: "dead-mans-snitch",
  name: "Dead Man's Snitch",
  docs: "https://deadmanssnitch.com/docs/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In Dead Man's Snitch, open the case's **Integrations** and add a **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\``,
  sample: {
    headers: { "user-agent": "Dead Man's Snitch; https://deadmanssnitch.com" },
    body: {
      type: "snitch.missing",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: {
        snitch: {
          token: "a91b04cc7e",
          name: "Nightly backup",
          notes: "See the runbook of the backups.",
          tags: ["db"],
          status: "missing",
          previous_status: "healthy",
        },
      },
    },
  },
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
    note: "every status except 2xx is a failure",
  },
  volatile: [],
  recognizes: ({ body }) =>
    has(pick(body, "data"), "snitch") && (asText(pick(body, "type")) ?? "").startsWith("snitch."),
  read({ body }) {
    const message = objectBody(body, "a Dead Man's Snitch event");
    const snitch = objectBody(pick(message, "data", "snitch"), "a snitch", "/data/snitch");
    const type = asText(message.type);
    if (type === null) throw new BodyError("expected the type of the event", "/type");
    if (type === "snitch.paused") return noEvents("the snitch was paused");
    return singleEvent(
      newEvent({
        action: TYPES.get(type) ?? parseActionIn(type) ?? "trigger",
        alertKey: keyOf(snitch.token),
        title: asText(snitch.name) ?? "Dead Man's Snitch",
        description: asText(snitch.notes),
        severity: "HIGH",
        source: asText(snitch.name),
        occurredAt: asInstant(message.timestamp),
        metadata: { type, status: snitch.status, previousStatus: snitch.previous_status, tags: snitch.tags },
      }),
    );
  },
};
