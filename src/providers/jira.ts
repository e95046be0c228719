import { defineProvider } from "./form/define.ts";
import type { Action } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asList, asText, has, pick, urlPart } from "./fields.ts";
import { noEvents } from "./provider.ts";

/** `status.statusCategory.key` */
const CATEGORIES: ReadonlyMap<string, Action> = new Map([
  ["new", "trigger"],
  ["indeterminate", "acknowledge"],
  ["done", "resolve"],
]);

/** Jira's webhook: an issue that was created, moved or deleted. */
export const jira = defineProvider({
  id: "jira",
  name: "Jira",
  docs: "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
  category: "incidents",
  keywords: "atlassian tickets issues service management",
  setup: `1. In Jira, open **Settings → System → WebHooks → Create a WebHook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Add a JQL filter for the issues that are alerts, and tick issue created, updated and deleted.

If the webhook has a **Secret**, Jira Cloud signs. Then create the integration with
\`{"scheme": "hmac", "header": "X-Hub-Signature", "prefix": "sha256="}\`.`,
  sample: {
    headers: { "x-atlassian-webhook-identifier": "b1946ac9-0001-4c1e-8d5b-000000000001" },
    body: {
      timestamp: 1790000000000,
      webhookEvent: "jira:issue_created",
      issue: {
        id: "10042",
        key: "OPS-42",
        self: "https://acme.atlassian.example.com/rest/api/2/issue/10042",
        fields: {
          summary: "Checkout answers slowly",
          description: "Nine of ten requests take longer than five seconds.",
          priority: { name: "Highest" },
          status: { name: "To Do", statusCategory: { key: "new" } },
          issuetype: { name: "Incident" },
          labels: ["shop"],
          project: { key: "OPS", name: "Operations" },
        },
      },
      user: { displayName: "Alice Example" },
    },
  },
  // https://developer.atlassian.com/cloud/jira/platform/webhooks/#retry-policy
  sender: { retries: ["429", "5xx"], note: "up to five times, 5 to 15 minutes apart; 408, 409 and 425 too" },
  idempotencyKey: "$headers.x-atlassian-webhook-identifier",
  body: "a Jira webhook",
  recognizedBy: [
    "$headers.x-atlassian-webhook-identifier",
    { at: "webhookEvent", startsWith: "jira:" },
    "issue.key issue.fields",
  ],
  kinds: [
    {
      // An update may only add a comment.
      when: {
        any: [
          { at: "webhookEvent", is: "comment_created comment_updated" },
          { all: ["comment issue", { not: "changelog.items[0]" }] },
        ],
      },
      events: "$body",
      requires: [],
      action: "note",
      alertKey: ["issue.id", "issue.key"],
      externalId: ["issue.id", "issue.key"],
      note: ({ comment }) => textOf(pick(comment, "body")),
      author: ["comment.updateAuthor", "comment.author", "user"],
      url: ({ issue }) => browseUrl(issue),
    },
    {
      when: { all: [{ at: "webhookEvent" }, { not: { at: "webhookEvent", startsWith: "jira:issue_" } }] },
      read: () => noEvents("the event does not change the state of an issue"),
    },
    // Jira Automation sends only the issue.
    { when: "fields", events: "$body" },
  ],
  events: "issue",
  event: "an issue",
  requires: [{ when: { any: [{ at: "id" }, { at: "key" }] }, what: "an issue with a key" }],
  action: [
    { when: "$body.webhookEvent=jira:issue_created", is: "trigger" },
    { when: "$body.webhookEvent=jira:issue_deleted", is: "resolve" },
    (issue, { body }) => actionOf(body, issue),
    { noAlert: "the update did not change the state of the issue" },
  ],
  // An issue that moves to another project gets a new key and keeps its id.
  alertKey: ["id", "key"],
  externalId: ["key", "id"],
  title: "fields.summary",
  description: ({ fields }) => textOf(pick(fields, "description")),
  // Priorities of Jira and its older schemes that differ in meaning from the common words.
  severity: {
    at: ["fields.priority.name", "fields.priority"],
    words: { CRITICAL: "highest", INFO: "lowest trivial" },
  },
  source: ["fields.project.name", ({ key }) => asText(key)?.replace(/-\d+$/, "")],
  url: browseUrl,
  occurredAt: "$body.timestamp",
  author: "$body.user",
  note: (_, { body }) => textOf(pick(body, "comment", "body")),
  metadata: {
    event: "$body.webhookEvent",
    key: "key",
    priority: ["fields.priority.name", "fields.priority"],
    status: "fields.status.name",
    labels: "fields.labels",
    type: "fields.issuetype.name",
    user: "$body.user.displayName",
  },
});

/** A text, or the texts in Atlassian's document format. */
function textOf(body: unknown): string | null {
  return asText(rawTextOf(body));
}

/** Parts of a line end with the space before the next one. */
function rawTextOf(body: unknown): string {
  if (!isObject(body)) return typeof body === "string" ? body : "";
  const own = typeof body.text === "string" ? body.text : "";
  return [own, ...asList(body.content).map(rawTextOf)].filter(Boolean).join(body.type === "doc" ? "\n" : "");
}

/** The action of an update; null: it does not change the state. */
function actionOf(message: unknown, issue: JsonObject): Action | null {
  const fields = new Map(
    asList(pick(message, "changelog", "items")).map((item) => [asText(pick(item, "field")), item]),
  );
  // Clearing the resolution reopens the issue, whatever its status.
  const resolution = fields.get("resolution");
  if (resolution !== undefined && asText(pick(resolution, "to")) === null) return "trigger";
  if (fields.size > 0 && !fields.has("status") && resolution === undefined) return null;
  if (fields.size === 0 && isRemark(message)) return null;
  const category = asText(pick(issue, "fields", "status", "statusCategory", "key"));
  return CATEGORIES.get(category ?? "") ?? actionOfName(asText(pick(issue, "fields", "status", "name")) ?? "");
}

/** Comments and assignments are updates too, some without a changelog. */
const isRemark = (message: unknown): boolean =>
  has(message, "comment") || /comment|assign|work_?log/i.test(asText(pick(message, "issue_event_type_name")) ?? "");

const actionOfName = (name: string): Action =>
  /progress|review|investigat/i.test(name) ? "acknowledge" : (parseAction(name) ?? "trigger");

/** The page for people. `self` is a URL of the API. */
function browseUrl(issue: unknown): string | null {
  const [self, key] = [asText(pick(issue, "self")), asText(pick(issue, "key"))];
  return self === null || key === null || !URL.canParse(self) ? null : `${new URL(self).origin}/browse/${urlPart(key)}`;
}
