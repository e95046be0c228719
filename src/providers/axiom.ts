import { parseRfc3339 } from "../lib/time.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asSeverity, asText, firstText, has, hasAny, objectBody, pick } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";
import { isObject } from "../lib/json.ts";

/** `{{.MonitorID}}` */
const unfilled = placeholders(/\{\{[^{}]*\.[A-Z][^{}]*\}\}/);
const { filledKey, filledText, placeholderNote } = unfilled;

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

/** Axiom's custom webhook notifier: one match, trigger or resolve of a monitor. https://axiom.co/docs/monitor-data/custom-webhook-notifier */
export const axiom: Provider = {
  id: "axiom",
  name: "Axiom",
  docs: "https://axiom.co/docs/monitor-data/custom-webhook-notifier",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "action", "event") && hasAny(pick(body, "event"), "monitorID", "queryStartTime", "matchedEvent")) ||
    has(body, "action", "monitorID"),
  read({ body }) {
    const message = objectBody(body, "an Axiom notification");
    // Templates without the envelope have its fields at the top level.
    const event = isObject(message.event) ? message.event : message;
    const monitor = firstText(event.monitorID, event.monitorId, event.deduplication_key);
    const title = firstText(event.title, event.monitorName);
    const groups = asList(event.groupValues);
    return singleEvent(
      complete(
        newEvent({
          // In Axiom's example for incident.io, `action` is always "Open" and `status` is the state.
          action: parseActionIn(firstText(event.status, message.status, message.action) ?? "") ?? "trigger",
          alertKey: filledKey(monitor, ...groups),
          externalId: monitor,
          title: filledText(title) ?? title ?? "Axiom monitor",
          description: firstText(filledText(event.body), filledText(event.description), filledText(event.summary)),
          severity: asSeverity(firstText(event.severity, message.severity)),
          source: groups.length === 0 ? null : groups.map((group) => asText(group) ?? "").join(", "),
          url: filledText(event.sourceURL, event.url, pick(event, "metadata", "url")),
          occurredAt: readTime(event.timestamp),
          metadata: {
            description: event.description,
            value: event.value,
            matchedEvent: event.matchedEvent,
            groupKeys: event.groupKeys,
            groupValues: event.groupValues,
            queryStartTime: event.queryStartTime,
            queryEndTime: event.queryEndTime,
          },
        }),
        message,
        {
          title,
          state: firstText(event.status, message.status, message.action),
          severity: firstText(event.severity, message.severity),
        },
        unfilled,
      ),
      placeholderNote(monitor, title, message.action),
    );
  },
};

/** RFC 3339, or a time in Go's default format: `2026-09-21 14:13:20.63 +0000 UTC`. */
const readTime = (time: unknown): number | null =>
  asInstant(time) ?? parseRfc3339((asText(time) ?? "").replace(/ ([+-]\d{4})(?: [A-Z]+)?$/, "$1"));
