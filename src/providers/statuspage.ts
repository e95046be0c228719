import { defineProvider } from "./form/define.ts";
import { asText, firstText, pick } from "./fields.ts";

const COMPONENT_STATUS = ["$body.component_update.new_status", "status"];

/** Statuses of components. Instatus writes `MAJOROUTAGE`, and uses them as the impact of an incident too. */
const OUTAGES = {
  CRITICAL: "major_outage majoroutage",
  HIGH: "partial_outage partialoutage",
  MEDIUM: "degraded_performance degradedperformance",
};

/** Atlassian Statuspage, and pages that imitate it (Instatus, Better Stack): an incident of a status page, or a component that changed. */
export const statuspage = defineProvider({
  id: "statuspage",
  name: "Atlassian Statuspage",
  docs: "https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/",
  category: "incidents",
  keywords: "atlassian status page vendors outages third party",
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
  sender: { timeoutSeconds: 30 },
  body: "a Statuspage notification",
  recognizedBy: ["page meta incident", "page meta component"],
  kinds: [
    {
      when: { all: ["component", { not: "incident" }] },
      events: "component",
      noAlert: [{ when: { at: COMPONENT_STATUS, contains: "maintenance" }, why: "maintenance" }],
      action: { at: COMPONENT_STATUS },
      alertKey: ["id", "$body.component_update.component_id"],
      title: (component, { body }) => {
        const status = firstText(pick(body, "component_update", "new_status"), component.status) ?? "";
        return `${asText(component.name) ?? "Component"}: ${status.toLowerCase().replaceAll("_", " ")}`;
      },
      description: "description",
      severity: { at: COMPONENT_STATUS, words: OUTAGES, strict: true },
      source: "name",
      url: undefined,
      occurredAt: "$body.component_update.created_at",
      startedAt: undefined,
      metadata: {
        status: COMPONENT_STATUS,
        previousStatus: "$body.component_update.old_status",
        page: "$body.page.id",
      },
    },
    {
      when: { all: ["maintenance", { not: "incident" }] },
      events: "maintenance",
      noAlert: [],
      action: { noAlert: "planned maintenance" },
    },
  ],
  events: "incident",
  event: "an incident or a component",
  noAlert: [
    {
      when: { any: [{ at: "scheduled_for" }, { at: "impact", contains: "maintenance" }] },
      why: "planned maintenance",
    },
  ],
  action: { at: "status", words: { resolve: "resolved postmortem completed" } },
  alertKey: "id",
  title: ["name", { text: "Statuspage incident" }],
  description: "incident_updates[0].body",
  severity: [
    { at: "impact", words: { CRITICAL: "critical", HIGH: "major", LOW: "minor", INFO: "none" }, strict: true },
    { at: "impact", words: OUTAGES, strict: true },
  ],
  source: ["components[0].name", "$body.page.name"],
  url: ["shortlink", "url"],
  occurredAt: [{ at: "resolved_at", on: "resolve" }, "updated_at", "created_at"],
  startedAt: "created_at",
  metadata: "status impact components page=$body.page.id pageStatus=$body.page.status_description",
});
