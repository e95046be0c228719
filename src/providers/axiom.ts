import { defineProvider } from "./form/define.ts";
import { isObject } from "../lib/json.ts";
import { parseRfc3339 } from "../lib/time.ts";
import { asInstant, asText } from "./fields.ts";

const TEMPLATE = `{
  "action": "{{.Action}}",
  "event": {
    "monitorID": "{{.MonitorID}}",
    "body": "{{.Body}}",
    "description": "{{.Description}}",
    "queryEndTime": "{{.QueryEndTime}}",
    "queryStartTime": "{{.QueryStartTime}}",
    "timestamp": "{{.Timestamp}}",
    "title": "{{.Title}}",
    "value": {{.Value}},
    "matchedEvent": {{jsonObject .MatchedEvent}},
    "groupKeys": {{jsonArray .GroupKeys}},
    "groupValues": {{jsonArray .GroupValues}}
  }
}`;

const MONITOR = { at: ["monitorID", "monitorId", "deduplication_key"] };
const GROUPS = { join: ["groupValues"], with: ", " };

/** RFC 3339, or a time in Go's default format: `2026-09-21 14:13:20.63 +0000 UTC`. */
const readTime = (time: unknown): number | null =>
  asInstant(time) ?? parseRfc3339((asText(time) ?? "").replace(/ ([+-]\d{4})(?: [A-Z]+)?$/, "$1"));

/** Axiom's custom webhook notifier: one match, trigger or resolve of a monitor. */
export const axiom = defineProvider({
  id: "axiom",
  name: "Axiom",
  docs: "https://axiom.co/docs/monitor-data/custom-webhook-notifier",
  category: "observability",
  keywords: "logs events monitors traces",
  setup: `1. In Axiom, open **Monitors → Manage notifiers → New notifier → Custom webhook**.
2. Webhook URL: \`<INGEST_URL>\`
3. Keep the default body. If a monitor notifies by group, use this body instead:

   \`\`\`
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

4. Add the header \`X-Tocsin-Token\` with the value \`<SECRET>\`, and add the notifier to your monitors.`,
  sample: {
    body: {
      action: "Open",
      event: {
        monitorID: "CabI3w142069etTgd0",
        body: "Current value of 57347 is above or equal to the threshold value of 1000",
        description: "Errors of the shop",
        queryEndTime: "2026-09-21 14:13:20.631364493 +0000 UTC",
        queryStartTime: "2026-09-21 14:03:20.631364493 +0000 UTC",
        timestamp: "2026-09-21 14:13:20 +0000 UTC",
        title: "Shop errors Triggered",
        value: 57_347,
        matchedEvent: null,
      },
    },
  },
  body: "an Axiom notification",
  template: { placeholder: /\{\{[^{}]*\.[A-Z][^{}]*\}\}/ },
  recognizedBy: [
    { all: ["action event", { any: ["event.monitorID", "event.queryStartTime", "event.matchedEvent"] }] },
    "action monitorID",
  ],
  // Templates without the envelope have its fields at the top level.
  kinds: [{ when: ({ event }) => isObject(event), events: "event" }],
  // In Axiom's example for incident.io, `action` is always "Open" and `status` is the state.
  action: { at: ["status", "$body.status", "$body.action"] },
  alertKey: [{ parts: [MONITOR, GROUPS] }, MONITOR],
  title: ["title", "monitorName"],
  description: ["body", "description", "summary"],
  severity: { at: ["severity", "$body.severity"] },
  source: GROUPS,
  url: ["sourceURL", "url", "metadata.url"],
  occurredAt: ({ timestamp }) => readTime(timestamp),
  metadata: "description value matchedEvent groupKeys groupValues queryStartTime queryEndTime",
});
