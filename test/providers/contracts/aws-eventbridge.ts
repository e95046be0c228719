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
    ...(
      [
        [
          "CodeBuild Build State Change",
          "aws.codebuild",
          { "build-status": "FAILED", "project-name": "shop" },
          "trigger",
          "shop",
        ],
        [
          "CodeBuild Build State Change",
          "aws.codebuild",
          { "build-status": "SUCCEEDED", "project-name": "shop" },
          "resolve",
          "shop",
        ],
        [
          "CodePipeline Pipeline Execution State Change",
          "aws.codepipeline",
          { pipeline: "shop", state: "FAILED" },
          "trigger",
          "shop",
        ],
        [
          "CodePipeline Pipeline Execution State Change",
          "aws.codepipeline",
          { pipeline: "shop", state: "SUCCEEDED" },
          "resolve",
          "shop",
        ],
        [
          "CodeDeploy Deployment State-change Notification",
          "aws.codedeploy",
          { application: "shop", deploymentGroup: "eu", state: "FAILURE" },
          "trigger",
          "shop/eu",
        ],
        [
          "CodeDeploy Deployment State-change Notification",
          "aws.codedeploy",
          { application: "shop", deploymentGroup: "eu", state: "SUCCESS" },
          "resolve",
          "shop/eu",
        ],
        ["Glue Job State Change", "aws.glue", { jobName: "etl", state: "TIMEOUT" }, "trigger", "etl"],
        ["Glue Job State Change", "aws.glue", { jobName: "etl", state: "SUCCEEDED" }, "resolve", "etl"],
        [
          "Config Rules Compliance Change",
          "aws.config",
          { configRuleName: "ssl", resourceId: "b1", newEvaluationResult: { complianceType: "NON_COMPLIANT" } },
          "trigger",
          "ssl/b1",
        ],
        [
          "Config Rules Compliance Change",
          "aws.config",
          { configRuleName: "ssl", resourceId: "b1", newEvaluationResult: { complianceType: "COMPLIANT" } },
          "resolve",
          "ssl/b1",
        ],
      ] as const
    ).map(([type, source, detail, action, run]) => ({
      kind: "odd" as const,
      name: `${type}: ${JSON.stringify(detail)}`,
      body: { "detail-type": type, source, detail, resources: ["arn:aws:x:eu-west-1:1:run/17"] },
      reads: [{ action, alertKey: JSON.stringify([type, run]) }],
    })),
    ...(
      [
        ["aws.codepipeline", { pipeline: "shop", state: "STARTED" }],
        ["aws.codepipeline", { pipeline: "shop", state: "SUPERSEDED" }],
        ["aws.codebuild", { "project-name": "shop", "build-status": "IN_PROGRESS" }],
        ["aws.codebuild", { "project-name": "shop", "build-status": "STOPPED" }],
        ["aws.codedeploy", { application: "shop", state: "START" }],
        ["aws.states", { stateMachineArn: "arn:aws:states:x", status: "RUNNING" }],
      ] as const
    ).map(([source, detail]) => ({
      kind: "odd" as const,
      name: `progress is no alert: ${JSON.stringify(detail)}`,
      body: { "detail-type": "State Change", source, detail },
      reads: [],
    })),
    {
      kind: "odd",
      name: "a scan with critical findings",
      body: {
        "detail-type": "ECR Image Scan",
        source: "aws.ecr",
        resources: ["arn:aws:ecr:eu-west-1:1:repository/shop"],
        detail: { "scan-status": "COMPLETE", "finding-severity-counts": { CRITICAL: 2, LOW: 9 } },
      },
      reads: [
        {
          action: "trigger",
          severity: "CRITICAL",
          alertKey: '["ECR Image Scan","arn:aws:ecr:eu-west-1:1:repository/shop"]',
        },
      ],
    },
    {
      kind: "odd",
      name: "a scan without findings",
      body: {
        "detail-type": "ECR Image Scan",
        source: "aws.ecr",
        resources: ["arn:aws:ecr:eu-west-1:1:repository/shop"],
        detail: { "scan-status": "COMPLETE", "finding-severity-counts": {} },
      },
      reads: [{ action: "resolve", alertKey: '["ECR Image Scan","arn:aws:ecr:eu-west-1:1:repository/shop"]' }],
    },
    ...(
      [
        [{ RecordState: "ACTIVE", Workflow: { Status: "NEW" } }, "trigger"],
        [{ RecordState: "ACTIVE", Workflow: { Status: "RESOLVED" } }, "resolve"],
        [{ RecordState: "ACTIVE", Workflow: { Status: "SUPPRESSED" } }, "resolve"],
        [{ RecordState: "ARCHIVED", Workflow: { Status: "NEW" } }, "resolve"],
      ] as const
    ).map(([state, action]) => ({
      kind: "odd" as const,
      name: `a finding of Security Hub: ${JSON.stringify(state)}`,
      body: {
        "detail-type": "Security Hub Findings - Imported",
        source: "aws.securityhub",
        detail: {
          findings: [
            {
              Id: "f1",
              Title: "Root has no MFA",
              Severity: { Label: "HIGH" },
              SourceUrl: "https://aws.example.com/f1",
              ...state,
            },
          ],
        },
      },
      reads: [
        {
          action,
          alertKey: '["f1","Security Hub Findings - Imported"]',
          title: "Root has no MFA",
          severity: "HIGH" as const,
          url: "https://aws.example.com/f1",
        },
      ],
    })),
    {
      kind: "odd",
      name: "the link of a CloudWatch alarm",
      body: alarm("ALARM"),
      reads: [{ url: "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/db-1" }],
    },
  ],
};
