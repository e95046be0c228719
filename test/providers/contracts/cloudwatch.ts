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
    ...(
      [
        ["SUCCEEDED", "resolve"],
        ["FAILED", "trigger"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `a deployment: ${status}`,
      patch: {
        Subject: `${status}: AWS CodeDeploy d-1 in eu-west-1 to shop`,
        Message: JSON.stringify({ status, applicationName: "shop", deploymentGroupName: "eu", deploymentId: "d-1" }),
      },
      reads: [{ action, alertKey: '["shop","eu"]', title: `${status}: AWS CodeDeploy d-1 in eu-west-1 to shop` }],
    })),
    ...(
      [
        ["Ok", "Severe", "trigger", "CRITICAL"],
        ["Ok", "Degraded", "trigger", "HIGH"],
        ["Degraded", "Ok", "resolve", "MEDIUM"],
      ] as const
    ).map(([from, to, action, severity]) => ({
      kind: "odd" as const,
      name: `an environment of Elastic Beanstalk, from ${from} to ${to}`,
      patch: {
        Subject: "AWS Elastic Beanstalk Notification",
        Message: `Timestamp: now\nMessage: Environment health has transitioned from ${from} to ${to}.\n\nEnvironment: shop-eu\nApplication: shop\n\nEnvironment URL: http://shop-eu.example.com\n`,
      },
      reads: [
        { action, severity, alertKey: '["shop-eu","shop"]', source: "shop-eu", url: "http://shop-eu.example.com" },
      ],
    })),
    ...(
      [
        ["OK: db-1 disk", "resolve", "db-1 disk"],
        ["[RESOLVED]: db-1 disk", "resolve", "db-1 disk"],
        ["ALARM: db-1 disk", "trigger", "db-1 disk"],
        ["All fine", "trigger", null],
      ] as const
    ).map(([Subject, action, alertKey]) => ({
      kind: "odd" as const,
      name: `a text with the subject ${Subject}`,
      patch: { Subject, Message: "a text" },
      reads: [{ action, alertKey }],
    })),
    {
      kind: "odd",
      name: "a job of AWS Backup that completed",
      patch: {
        Subject: "Notification from AWS Backup",
        Message: "An AWS Backup job was completed successfully.",
        MessageAttributes: { State: { Type: "String", Value: "COMPLETED" } },
      },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "odd",
      name: "a test of Auto Scaling",
      patch: { Message: JSON.stringify({ Event: "autoscaling:TEST_NOTIFICATION" }) },
      reads: [],
    },
    {
      kind: "odd",
      name: "relayed by a queue",
      body: { Records: [{ messageId: "m1", eventSource: "aws:sqs", body: JSON.stringify(sample) }] },
      reads: [{ action: "trigger", alertKey: arn }],
    },
    { kind: "odd", name: "relayed alone", body: { EventSource: "aws:sns", Sns: sample }, reads: [{ alertKey: arn }] },
    { kind: "odd", name: "relayed as a list", body: [{ Sns: sample }], reads: [{ alertKey: arn }] },
  ],
};
