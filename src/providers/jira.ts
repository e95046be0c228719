import type { Action } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import {
  asInstant,
  asList,
  asObject,
  asSeverity,
  asText,
  firstText,
  has,
  keyOf,
  objectBody,
  pick,
  urlPart,
} from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { BodyError, commentOn, newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** Priorities of Jira and its older schemes that differ in meaning from the common words. */
const PRIORITIES: ReadonlyMap<string, string> = new Map([
  ["highest", "critical"],
  ["lowest", "info"],
  ["trivial", "info"],
]);

/** `status.statusCategory.key` */
const CATEGORIES: ReadonlyMap<string, Action> = new Map([
  ["new", "trigger"],
  ["indeterminate", "acknowledge"],
  ["done", "resolve"],
]);

/** Jira's webhook: an issue that was created, moved or deleted. https://developer.atlassian.com/cloud/jira/platform/webhooks/ */
export const jira: Provider = {
  id: "jira",
  name: "Jira",
  docs: "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
  verification: { scheme: "token" },
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
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "up to five times, 5 to 15 minutes apart; 408, 409 and 425 too",
  },
  volatile: [],
  idempotencyKey: ({ headers }) => headers.get("x-atlassian-webhook-identifier"),
  recognizes: ({ headers, body }) =>
    headers.has("x-atlassian-webhook-identifier") ||
    (asText(pick(body, "webhookEvent")) ?? "").startsWith("jira:") ||
    has(pick(body, "issue"), "key", "fields"),
  read({ body }) {
    const message = objectBody(body, "a Jira webhook");
    const event = asText(message.webhookEvent) ?? "";
    if (/^comment_(?:created|updated)$/.test(event) || isComment(message)) return readComment(message);
    if (event !== "" && !event.startsWith("jira:issue_"))
      return noEvents("the event does not change the state of an issue");
    // Jira Automation sends only the issue.
    const issue = has(message, "fields") ? message : objectBody(message.issue, "an issue", "/issue");
    if (asText(issue.id) === null && asText(issue.key) === null)
      throw new BodyError("expected an issue with a key", "/issue");
    const action = actionOf(event, message, issue);
    if (!action) return noEvents("the update did not change the state of the issue");
    const priority = firstText(pick(issue, "fields", "priority", "name"), pick(issue, "fields", "priority"));
    const key = asText(issue.key);
    return singleEvent(
      newEvent({
        action,
        // An issue that moves to another project gets a new key and keeps its id.
        alertKey: keyOf(firstText(issue.id, issue.key)),
        externalId: firstText(issue.key, issue.id),
        title: asText(pick(issue, "fields", "summary")) ?? "Jira issue",
        description: textOf(pick(issue, "fields", "description")),
        severity: asSeverity(PRIORITIES.get((priority ?? "").toLowerCase()) ?? priority),
        source: firstText(pick(issue, "fields", "project", "name"), key?.replace(/-\d+$/, "")),
        url: browseUrl(asText(issue.self), key),
        occurredAt: asInstant(message.timestamp),
        author: nameOf(message.user),
        note: textOf(pick(message, "comment", "body")),
        metadata: {
          event,
          key,
          priority,
          status: pick(issue, "fields", "status", "name"),
          labels: pick(issue, "fields", "labels"),
          type: pick(issue, "fields", "issuetype", "name"),
          user: pick(message, "user", "displayName"),
        },
      }),
    );
  },
};

/** An update that only adds a comment. */
const isComment = (message: JsonObject): boolean =>
  has(message, "comment", "issue") && asList(pick(message, "changelog", "items")).length === 0;

function readComment(message: JsonObject): Reading {
  const comment = asObject(message.comment);
  return commentOn({
    alertKey: keyOf(firstText(pick(message, "issue", "id"), pick(message, "issue", "key"))),
    note: textOf(comment.body),
    author: nameOf(comment.updateAuthor ?? comment.author ?? message.user),
    occurredAt: asInstant(message.timestamp),
    url: browseUrl(asText(pick(message, "issue", "self")), asText(pick(message, "issue", "key"))),
  });
}

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

function actionOf(event: string, message: JsonObject, issue: JsonObject): Action | null {
  if (event === "jira:issue_created") return "trigger";
  if (event === "jira:issue_deleted") return "resolve";
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
const isRemark = (message: JsonObject): boolean =>
  has(message, "comment") || /comment|assign|work_?log/i.test(asText(message.issue_event_type_name) ?? "");

const actionOfName = (name: string): Action =>
  /progress|review|investigat/i.test(name) ? "acknowledge" : (parseAction(name) ?? "trigger");

/** The page for people. `self` is a URL of the API. */
const browseUrl = (self: string | null, key: string | null): string | null =>
  self === null || key === null || !URL.canParse(self) ? null : `${new URL(self).origin}/browse/${urlPart(key)}`;
