import { defineProvider } from "./form/define.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { asText } from "./fields.ts";

const FAILED_BEFORE = { at: ["snapshots.prechange.status.value", "snapshots.prechange.status"], is: "failed" };
const FAILED_AFTER = { at: ["data.status.value", "data.status"], is: "failed" };
const NAME = { at: ["data.display", "data.name", { text: "Object" }] };
const USER = ["username", "request.user"];

/**
 * NetBox' webhook: a change of an object of the inventory. A `failed` object is an alert until its status changes;
 * other changes are only recorded.
 */
export const netbox = defineProvider({
  id: "netbox",
  name: "NetBox",
  docs: "https://netboxlabs.com/docs/netbox/integrations/webhooks/",
  category: "infrastructure",
  keywords: "network inventory ipam dcim",
  // https://netboxlabs.com/docs/netbox/integrations/webhooks/#webhook-security
  verification: { ...DEFAULT_HMAC, header: "x-hook-signature", algorithm: "sha512", prefix: "" },
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
  sender: { retries: [], note: "failed deliveries wait under Background Tasks for a manual retry" },
  body: "a change of a NetBox object",
  requires: [{ when: { all: [{ at: "event" }, "data"] }, what: "an event and its data" }],
  recognizedBy: ["event data snapshots", "model username request_id"],
  action: [
    { when: { all: [FAILED_BEFORE, { any: ["event=deleted", { not: FAILED_AFTER }] }] }, is: "resolve" },
    { when: { all: [FAILED_AFTER, { not: { any: ["event=deleted", FAILED_BEFORE] } }] }, is: "trigger" },
    { noAlert: "the change is neither a failure nor a recovery" },
  ],
  // Newer versions send `object_type`, such as `dcim.device`.
  alertKey: { parts: ["data.id", { at: ["model", ({ object_type }) => asText(object_type)?.split(".").at(-1)] }] },
  title: {
    join: [NAME, { at: { text: "failed" }, on: "trigger" }, { at: { text: "is no longer failed" }, on: "resolve" }],
    with: " ",
  },
  description: "data.description",
  severity: "HIGH",
  source: NAME,
  url: ["data.display_url", "data.url"],
  occurredAt: "timestamp",
  author: USER,
  metadata: { event: "event", status: "data.status", site: "data.site.name", role: "data.role.name", user: USER },
});
