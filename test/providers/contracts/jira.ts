import { jira } from "../../../src/providers/jira.ts";
import type { Contract } from "../contract.ts";

const moved = (name: string, key: string, items: object[] = [{ field: "status", toString: name }]) => ({
  timestamp: 1790003600000,
  webhookEvent: "jira:issue_updated",
  issue: { fields: { status: { name, statusCategory: { key } } } },
  changelog: { id: "10124", items },
});

export const contract: Contract = {
  provider: jira,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "10042",
          externalId: "OPS-42",
          title: "Checkout answers slowly",
          description: "Nine of ten requests take longer than five seconds.",
          severity: "CRITICAL",
          source: "Operations",
          url: "https://acme.atlassian.example.com/browse/OPS-42",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "moved back",
      patch: moved("To Do", "new"),
      reads: [{ action: "trigger", alertKey: "10042" }],
    },
    {
      kind: "acknowledge",
      patch: moved("Mitigating", "indeterminate"),
      reads: [{ action: "acknowledge", alertKey: "10042" }],
    },
    {
      kind: "resolve",
      patch: moved("Shipped", "done"),
      reads: [{ action: "resolve", alertKey: "10042", occurredAt: "2026-09-21T15:13:20.000Z" }],
    },
    {
      kind: "resolve",
      name: "with a resolution",
      patch: moved("Won't fix", "done", [{ field: "resolution", to: "2", toString: "Won't Do" }]),
      reads: [{ action: "resolve" }],
    },
    {
      kind: "resolve",
      name: "deleted",
      patch: { webhookEvent: "jira:issue_deleted" },
      reads: [{ action: "resolve", alertKey: "10042" }],
    },
    {
      kind: "repeat",
      name: "a cleared resolution",
      patch: moved("Doing", "indeterminate", [{ field: "resolution", to: null, toString: null }]),
      reads: [{ action: "trigger", alertKey: "10042" }],
    },
    {
      kind: "odd",
      name: "moved to another project: the key changes, the id does not",
      patch: { ...moved("Done", "done"), issue: { key: "NET-7" } },
      reads: [{ alertKey: "10042", externalId: "NET-7", url: "https://acme.atlassian.example.com/browse/NET-7" }],
    },
    ...[
      { name: "Closed", action: "resolve" as const },
      { name: "In Progress", action: "acknowledge" as const },
      { name: "Reopened", action: "trigger" as const },
    ].map(({ name, action }) => ({
      kind: "odd" as const,
      name: `a status without a category: ${name}`,
      patch: { ...moved(name, ""), issue: { fields: { status: { name, statusCategory: null } } } },
      reads: [{ action }],
    })),
    {
      kind: "odd",
      name: "an update of something else",
      patch: moved("To Do", "new", [{ field: "summary", toString: "Checkout is slow" }]),
      reads: [],
    },
    {
      kind: "odd",
      name: "a priority that is a text",
      patch: { issue: { fields: { priority: "Trivial" } } },
      reads: [{ severity: "INFO" }],
    },
    {
      kind: "odd",
      name: "no priority",
      patch: { issue: { fields: { priority: null } } },
      reads: [{ severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "only an issue, from Jira Automation",
      body: { id: "10042", key: "OPS-42", fields: { summary: "Slow", status: { statusCategory: { key: "done" } } } },
      reads: [{ action: "resolve", alertKey: "10042", title: "Slow", source: "OPS", url: null, occurredAt: null }],
    },
    {
      kind: "note",
      patch: {
        webhookEvent: "comment_created",
        comment: { body: "Looking into it", author: { displayName: "Bob Example" } },
      },
      reads: [
        {
          action: "note",
          alertKey: "10042",
          note: "Looking into it",
          author: "Bob Example",
          url: "https://acme.atlassian.example.com/browse/OPS-42",
        },
      ],
    },
    {
      kind: "note",
      name: "in Atlassian's document format, as an update of the issue",
      patch: {
        webhookEvent: "jira:issue_updated",
        comment: {
          body: {
            type: "doc",
            content: [
              {
                type: "paragraph",
                content: [
                  { type: "text", text: "Looking " },
                  { type: "text", text: "into it" },
                ],
              },
              { type: "paragraph", content: [{ type: "text", text: "Again" }] },
            ],
          },
        },
      },
      reads: [{ action: "note", alertKey: "10042", note: "Looking into it\nAgain", author: "Alice Example" }],
    },
    { kind: "odd", name: "a comment without a text", patch: { webhookEvent: "comment_created" }, reads: [] },
    {
      kind: "odd",
      name: "a sprint",
      body: { timestamp: 1790000000000, webhookEvent: "sprint_started", sprint: {} },
      reads: [],
    },
    { kind: "odd", name: "no issue", patch: { issue: null }, rejects: /expected an issue/ },
    { kind: "odd", name: "an empty issue", body: { issue: {} }, rejects: /expected an issue with a key/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Jira webhook/ },
  ],
};
