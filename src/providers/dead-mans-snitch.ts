import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `type` of a message about a snitch. */
const TYPES: ReadonlyMap<string, Action> = new Map([
  ["snitch.missing", "trigger"],
  ["snitch.errored", "trigger"],
  ["snitch.reporting", "resolve"],
]);

/** Dead Man's Snitch's webhook: a snitch that went missing, errored or reports again. https://deadmanssnitch.com/docs/integrations/webhooks */
export const deadMansSnitch: Provider = {
  id: "dead-mans-snitch",
  name: "Dead Man's Snitch",
  docs: "https://deadmanssnitch.com/docs/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In Dead Man's Snitch, open **Integrations → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    body: {
      type: "snitch.missing",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: {
        snitch: {
          token: "c2354d0001",
          name: "Nightly backup",
          notes: "See the runbook.",
          tags: ["db"],
          status: "missing",
          previous_status: "healthy",
        },
      },
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    (asText(pick(body, "type")) ?? "").startsWith("snitch.") || has(pick(body, "data"), "snitch"),
  read({ body }) {
    const message = objectBody(body, "Dead Man's Snitch's webhook object");
    const type = asText(message.type) ?? "";
    const snitch = asObject(pick(message, "data", "snitch"));
    if (!TYPES.has(type) && !has(snitch, "token")) return none("a message about no snitch");
    return one(
      newEvent({
        action: TYPES.get(type) ?? "trigger",
        alertKey: keyOf(snitch.token),
        title: asText(snitch.name) ?? "Dead Man's Snitch",
        description: asText(snitch.notes),
        severity: "HIGH",
        source: firstText(snitch.name),
        url: asText(snitch.href),
        occurredAt: asInstant(message.timestamp),
        metadata: { type, status: snitch.status, previousStatus: snitch.previous_status, tags: snitch.tags },
      }),
    );
  },
};
