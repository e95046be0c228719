import { defineProvider } from "./form/define.ts";
import { isObject } from "../lib/json.ts";
import { has, pick } from "./fields.ts";

/** The objects that an event may be about. */
const THINGS = ["fault", "site", "check_in", "alarm", "volume_spike", "deploy"];

const ID = { at: ["fault.id", "site.id", "check_in.id", "alarm.id"] };

/** Honeybadger's webhook: an error, a site, a check-in or an alarm that changed. */
export const honeybadger = defineProvider({
  id: "honeybadger",
  name: "Honeybadger",
  docs: "https://docs.honeybadger.io/guides/integrations/webhook/",
  category: "errors",
  keywords: "error tracking exceptions crashes ruby",
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
  body: "a Honeybadger event",
  // Other sources send an event, a message and a project too. Only Honeybadger sends the object of the event.
  recognizedBy: [
    (_, { body }) =>
      has(body, "message") &&
      typeof pick(body, "event") === "string" &&
      THINGS.some((name) => isObject(pick(body, name))),
  ],
  requires: [{ when: { at: "event" }, what: "the name of an event" }],
  kinds: [
    {
      when: "event=commented",
      action: "note",
      alertKey: "fault.id",
      note: ["comment.body", "comment.text"],
      author: ["comment.author", "actor"],
      occurredAt: "comment.created_at",
      url: "fault.url",
    },
  ],
  action: [
    {
      at: "event",
      words: {
        trigger: "occurred rate_exceeded unresolved down cert_will_expire check_in_missing alarm_alert volume_spike",
        resolve: "resolved up check_in_reporting alarm_ok",
      },
      strict: true,
    },
    { noAlert: "the event does not change the state of an alert" },
  ],
  // Certificates and spikes have alerts apart from the outages of a site. A spike belongs to the project.
  alertKey: [
    { parts: [{ at: "project.id", when: "event=volume_spike" }, { text: "volume spike" }] },
    { parts: [{ at: ID, when: "event=cert_will_expire" }, { text: "certificate" }] },
    ID,
  ],
  title: ["message", "fault.message", "site.name", "check_in.name", "alarm.name"],
  description: ["outage.reason", "fault.message", "alarm.description"],
  severity: { when: { at: "event", is: "down up check_in_missing check_in_reporting" }, is: "HIGH" },
  source: ["site.name", "check_in.name", "alarm.name", "project.name"],
  // The URL of a check-in is the secret ping URL, so it is left out.
  url: [
    ...["fault", "site", "check_in", "alarm"].flatMap((thing) => [`${thing}.links.web`, `${thing}.details_url`]),
    "fault.url",
    "alarm.url",
    "site.url",
  ],
  // Resolves and reopens of an error have no date: the body has only the time of the last notice.
  occurredAt: [
    { at: "outage.down_at", when: "event=down" },
    { at: "outage.up_at", when: "event=up" },
    { at: ["notice.created_at", "fault.last_notice_at"], when: { at: "event", is: "occurred rate_exceeded" } },
  ],
  startedAt: { at: "outage.down_at", when: "event=up" },
  author: "actor",
  metadata: `event project=project.name fault.environment
    noticeEnvironment=notice.environment.environment_name class=fault.klass fault.component fault.tags
    notices=fault.notices_count outage.status spike=volume_spike`,
});
