import { raygun } from "../../../src/providers/raygun.ts";
import type { Contract } from "../contract.ts";

const alertKey = "https://app.raygun.example.com/crashreporting/2k1abc/errors/3029112";

const activity = (eventType: string, error: object) => ({
  event: "error_activity",
  eventType,
  error: {
    url: alertKey,
    message: "TypeError: price is undefined",
    activityDate: "2026-09-21T15:00:00Z",
    user: "Alice Example",
    ...error,
  },
  application: { name: "Shop", url: "https://app.raygun.example.com/crashreporting/2k1abc" },
});

export const contract: Contract = {
  provider: raygun,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "TypeError: price is undefined",
          severity: "MEDIUM",
          source: "Shop",
          url: alertKey,
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["ErrorReoccurred", "OneMinuteFollowUp", "HourlyFollowUp"].map((eventType) => ({
      kind: "repeat" as const,
      name: eventType,
      patch: { eventType, error: { totalOccurrences: 12 } },
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      kind: "resolve",
      body: activity("StatusChanged", { status: "Resolved", description: "Alice marked it as Resolved" }),
      reads: [
        {
          action: "resolve",
          alertKey,
          description: "Alice marked it as Resolved",
          occurredAt: "2026-09-21T15:00:00.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "made active again",
      body: activity("StatusChanged", { status: "Active" }),
      reads: [{ action: "trigger", alertKey }],
    },
    ...["Ignored", "PermanentlyIgnored"].map((status) => ({
      kind: "odd" as const,
      name: status,
      body: activity("StatusChanged", { status }),
      reads: [],
    })),
    {
      kind: "note",
      body: activity("CommentAdded", { comment: "Hello" }),
      reads: [{ action: "note", note: "Hello", author: "Alice Example" }],
    },
    { kind: "odd", name: "an assignment", body: activity("AssignedToUser", { assignedTo: "Bob Example" }), reads: [] },
    {
      kind: "odd",
      name: "no message, a time without a zone",
      patch: { error: { message: "", lastOccurredOn: "2026-09-21T14:13:20" } },
      reads: [{ title: "Error in Shop", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    {
      kind: "odd",
      name: "an empty error",
      body: { event: "error_notification", error: {} },
      reads: [{ action: "trigger", alertKey: null, title: "Error in an application", occurredAt: null }],
    },
    { kind: "odd", name: "no error", body: { event: "error_notification" }, rejects: /expected an error/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Raygun webhook/ },
  ],
};
