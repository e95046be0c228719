import { awsEventbridge } from "../../../src/providers/aws-eventbridge.ts";
import type { Contract } from "../contract.ts";

const alarm = (value: string) => ({
  id: "c4c1c1c9-0001-4c1e-8d5b-000000000001",
  "detail-type": "CloudWatch Alarm State Change",
  source: "aws.cloudwatch",
  time: "2026-09-21T14:13:20Z",
  resources: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:db-1"],
  detail: { alarmName: "db-1", state: { value, reason: "Threshold Crossed" } },
});

export const contract: Contract = {
  provider: awsEventbridge,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["16afba5c5c43e07c9e3e5e2e544e95df","GuardDuty Finding"]',
          title: "Unprotected port on an instance is probed",
          description: "A known malicious host probes port 22.",
          severity: "HIGH",
          source: "aws.guardduty",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "trigger",
      name: "a CloudWatch alarm",
      body: alarm("ALARM"),
      reads: [
        {
          action: "trigger",
          alertKey: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:db-1",
          title: "db-1",
          description: "Threshold Crossed",
        },
      ],
    },
    {
      kind: "odd",
      name: "a CloudWatch alarm that is over",
      body: alarm("OK"),
      reads: [{ action: "resolve", title: "db-1" }],
    },
    {
      kind: "repeat",
      patch: { id: "other", detail: { severity: 9 } },
      reads: [{ alertKey: '["16afba5c5c43e07c9e3e5e2e544e95df","GuardDuty Finding"]', severity: "CRITICAL" }],
    },
    { kind: "odd", name: "severities in numbers", patch: { detail: { severity: 2 } }, reads: [{ severity: "LOW" }] },
    {
      kind: "odd",
      name: "an empty detail",
      patch: { detail: null, resources: ["arn:aws:ec2:eu-west-1:1:instance/i-1"] },
      reads: [{ title: "GuardDuty Finding: arn:aws:ec2:eu-west-1:1:instance/i-1", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "a text", body: "hello", rejects: /expected an EventBridge event/ },
  ],
};
