import { defineProvider } from "./form/define.ts";

/** The change of an error's state by a person. It decides, however the type is spelt. */
const CHANGE = [
  "trigger.stateChange",
  "stateChange",
  { at: "error.status", when: { at: "trigger.type", contains: "change" } },
];

/** BugSnag's webhook: an error, or a spike in a project. */
export const bugsnag = defineProvider({
  id: "bugsnag",
  name: "BugSnag",
  docs: "https://docs.bugsnag.com/product/integrations/data-forwarding/webhook/",
  category: "errors",
  keywords: "error tracking exceptions crashes smartbear mobile",
  setup: `1. In BugSnag, open **Settings → Data forwarding → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Choose new errors, reopened errors, frequency, spikes and status changes.`,
  sample: {
    body: {
      account: { id: "66b9ca7f17025f8756f69001", name: "Acme" },
      project: { id: "66b9ca7f17025f8756f69002", name: "Shop", url: "https://app.bugsnag.example.com/acme/shop" },
      trigger: { type: "firstException", message: "New error" },
      error: {
        id: "66b9ca7f17025f8756f69003",
        errorId: "66b9ca7f17025f8756f69004",
        exceptionClass: "PriceError",
        message: "price is missing",
        context: "carts#total",
        firstReceived: "2026-09-21T14:13:20.000Z",
        receivedAt: "2026-09-21T14:13:20.000Z",
        severity: "error",
        status: "open",
        url: "https://app.bugsnag.example.com/acme/shop/errors/66b9ca7f17025f8756f69004",
        app: { releaseStage: "production", version: "1.2.3" },
      },
    },
  },
  body: "a BugSnag webhook",
  recognizedBy: ["project trigger.type", "project trigger.stateChange"],
  requires: [{ when: "trigger", what: "a trigger" }],
  kinds: [
    {
      when: "trigger.type=comment",
      action: "note",
      note: "comment.message",
      author: ["comment.author", "user"],
      occurredAt: [],
    },
    {
      when: "trigger.type=projectSpiking",
      alertKey: { parts: ["project.id", { text: "projectSpiking" }] },
      externalId: "project.id",
      title: ["trigger.message", { text: "Spike in errors" }],
      description: [],
      severity: "MEDIUM",
      url: "project.url",
      metadata: "trigger=trigger.type trigger.rate",
    },
  ],
  noAlert: [
    {
      when: { at: "trigger.type", is: "release projectSamplingStarted projectApproachingRateLimit" },
      why: "not an alert: a release or a rate limit of the project",
    },
    { when: { at: CHANGE, is: "snoozed ignored" }, why: "the error was silenced, not resolved" },
  ],
  action: [{ at: CHANGE, words: { resolve: "fixed resolved closed" }, strict: true }, "trigger"],
  // `id` identifies the event and is new each time.
  alertKey: "error.errorId",
  externalId: ["error.errorId", "error.id"],
  title: { join: ["error.exceptionClass", "error.message"], with: ": " },
  description: ["trigger.message", "error.context"],
  severity: { at: "error.severity" },
  source: "project.name",
  url: "error.url",
  // A change by a person has no date: `receivedAt` is that of the last event.
  occurredAt: { at: "error.receivedAt", when: { not: { at: CHANGE } } },
  author: "user",
  metadata: {
    trigger: "trigger.type",
    context: "error.context",
    severity: "error.severity",
    status: "error.status",
    change: CHANGE,
    releaseStage: ["error.app.releaseStage", "error.releaseStage"],
    version: ["error.app.version", "error.appVersion"],
  },
});
