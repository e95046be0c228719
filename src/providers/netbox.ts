import type { Action } from "../alerts/model.ts";
import { asInstant, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, NEVER_RETRIES, newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

const FAILED = "failed";

/**
 * NetBox' webhook: a change of an object of the inventory. A `failed` object is an alert until its status changes;
 * other changes are only recorded. https://netboxlabs.com/docs/netbox/integrations/webhooks/
 */
export const netbox: Provider = {
  id: "netbox",
  name: "NetBox",
  docs: "https://netboxlabs.com/docs/netbox/integrations/webhooks/",
  // https://netboxlabs.com/docs/netbox/integrations/webhooks/#webhook-security
  verification: {
    scheme: "hmac",
    header: "x-hook-signature",
    algorithm: "sha512",
    encoding: "hex",
    prefix: "",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In NetBox, open **Operations → Webhooks → Add**: URL \`<INGEST_URL>\`, HTTP method POST, content type \`application/json\`, secret \`<SECRET>\`.
2. Open **Operations → Event Rules → Add**, for creations, updates and deletions of devices, with the webhook as its action.

A device that becomes **failed** opens an alert, and any other status resolves it.`,
  sample: {
    body: {
      event: "updated",
      timestamp: "2026-09-21T14:13:20.000000+00:00",
      model: "device",
      username: "admin",
      request_id: "5b0a7c50-0001-4c1e-8d5b-000000000001",
      data: {
        id: 1204,
        name: "core-switch-2",
        display: "core-switch-2",
        display_url: "https://netbox.example.com/dcim/devices/1204/",
        url: "https://netbox.example.com/api/dcim/devices/1204/",
        description: "Second core switch",
        status: { value: "failed", label: "Failed" },
      },
      snapshots: { prechange: { status: "active" }, postchange: { status: "failed" } },
    },
  },
  // https://netboxlabs.com/docs/netbox/integrations/webhooks/#webhook-processing
  senderProfile: { ...NEVER_RETRIES, note: "failed deliveries wait under Background Tasks for a manual retry" },
  volatile: [],
  recognizes: ({ body }) => has(body, "event", "data", "snapshots") || has(body, "model", "username", "request_id"),
  read({ body }) {
    const message = objectBody(body, "a change of a NetBox object");
    if (asText(message.event) === null || !has(message, "data")) throw new BodyError("expected an event and its data");
    const { data } = message;
    const action = actionOf(message);
    if (!action) return noEvents("the change is neither a failure nor a recovery");
    const name = firstText(pick(data, "display"), pick(data, "name")) ?? "Object";
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(pick(data, "id"), firstText(message.model, asText(message.object_type)?.split(".").at(-1))),
        externalId: asText(pick(data, "id")),
        title: `${name} ${action === "trigger" ? "failed" : "is no longer failed"}`,
        description: asText(pick(data, "description")),
        severity: "HIGH",
        source: name,
        url: firstText(pick(data, "display_url"), pick(data, "url")),
        occurredAt: asInstant(message.timestamp),
        author: firstText(message.username, pick(message, "request", "user")),
        metadata: {
          event: message.event,
          status: pick(data, "status"),
          site: pick(data, "site", "name"),
          role: pick(data, "role", "name"),
          user: firstText(message.username, pick(message, "request", "user")),
        },
      }),
    );
  },
};

function actionOf(message: Record<string, unknown>): Action | null {
  const before = statusOf(pick(message, "snapshots", "prechange", "status"));
  if (message.event === "deleted") return before === FAILED ? "resolve" : null;
  const after = statusOf(pick(message, "data", "status"));
  if (after === before) return null;
  if (after === FAILED) return "trigger";
  return before === FAILED ? "resolve" : null;
}

const statusOf = (status: unknown): string | null => firstText(pick(status, "value"), status);
