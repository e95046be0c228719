import { cloudwatch } from "../../../src/providers/cloudwatch.ts";
import type { Contract } from "../contract.ts";

const sample = cloudwatch.sample.body as Record<string, string>;
const alarm = JSON.parse(sample.Message!) as Record<string, unknown>;
const arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:db-1 CPU";
const changed = (fields: Record<string, unknown>) => JSON.stringify({ ...alarm, ...fields });

export const contract: Contract = {
  provider: cloudwatch,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: arn,
          title: 'ALARM: "db-1 CPU" in EU (Ireland)',
          severity: "MEDIUM",
          source: "i-0123456789abcdef0",
          url: "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/db-1%20CPU",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "INSUFFICIENT_DATA",
      patch: { Message: changed({ NewStateValue: "INSUFFICIENT_DATA", OldStateValue: "ALARM" }) },
      reads: [{ action: "trigger", alertKey: arn }],
    },
    {
      kind: "resolve",
      patch: { Message: changed({ NewStateValue: "OK", OldStateValue: "ALARM" }) },
      reads: [{ action: "resolve", alertKey: arn }],
    },
    {
      kind: "batch",
      name: "relayed by a Lambda function",
      body: { Records: [{ Sns: sample }, { Sns: 7 }, { Sns: { ...sample, Message: "Backup failed" } }] },
      reads: [
        { alertKey: arn },
        { unreadable: "/Records/1: expected an SNS record" },
        { description: "Backup failed" },
      ],
    },
    {
      kind: "odd",
      name: "an alarm without an ARN, without its envelope",
      body: { ...alarm, AlarmArn: undefined },
      reads: [{ action: "trigger", alertKey: '["db-1 CPU","123456789012","EU (Ireland)"]', title: "db-1 CPU" }],
    },
    {
      kind: "odd",
      name: "a text",
      patch: { Message: "Backup failed\nsee the log", Subject: null },
      reads: [{ action: "trigger", alertKey: null, title: "Backup failed", description: "Backup failed\nsee the log" }],
    },
    { kind: "odd", name: "a raw text", body: "Backup failed", reads: [{ title: "Backup failed" }] },
    {
      kind: "odd",
      name: "an event of EventBridge",
      patch: {
        Message: JSON.stringify({
          "detail-type": "GuardDuty Finding",
          detail: { id: "f1", severity: 8, title: "Probe" },
        }),
      },
      reads: [{ alertKey: '["f1","GuardDuty Finding"]', title: "Probe", severity: "HIGH" }],
    },
    { kind: "odd", name: "a request to confirm", patch: { Type: "SubscriptionConfirmation" }, reads: [] },
    { kind: "odd", name: "the end of the subscription", patch: { Type: "UnsubscribeConfirmation" }, reads: [] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an SNS message/ },
  ],
};
