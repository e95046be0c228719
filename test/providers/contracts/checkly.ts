import { checkly } from "../../../src/providers/checkly.ts";
import type { Contract } from "../contract.ts";

const key = "5f0d8a6c-1a55-4c2e-9a55-000000000001";

export const contract: Contract = {
  provider: checkly,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: key,
          title: "Checkout has failed",
          description: "Expected status 200, got 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://app.checklyhq.com/checks/5f0d8a6c-1a55-4c2e-9a55-000000000001",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...(
      [
        ["ALERT_FAILURE_REMAIN", "HIGH"],
        ["ALERT_DEGRADED", "MEDIUM"],
        ["ALERT_DEGRADED_REMAIN", "MEDIUM"],
        ["ALERT_DEGRADED_FAILURE", "HIGH"],
        ["ALERT_FAILURE_DEGRADED", "MEDIUM"],
      ] as const
    ).map(([alertType, severity]) => ({
      kind: "repeat" as const,
      name: alertType,
      patch: { alert_type: alertType },
      reads: [{ action: "trigger" as const, alertKey: key, severity }],
    })),
    ...["ALERT_RECOVERY", "ALERT_DEGRADED_RECOVERY"].map((alertType) => ({
      kind: "resolve" as const,
      name: alertType,
      patch: { alert_type: alertType, event: "Checkout has recovered", check_error_message: "" },
      reads: [{ action: "resolve" as const, alertKey: key, description: null }],
    })),
    {
      kind: "trigger",
      name: "an expiring certificate, which a recovery does not resolve",
      patch: { alert_type: "ALERT_SSL", ssl_days_remaining: "7" },
      reads: [{ action: "trigger", alertKey: `["${key}","ALERT_SSL"]`, severity: "MEDIUM" }],
    },
    {
      kind: "placeholders",
      patch: {
        event: "{{ALERT_TITLE}}",
        check_name: "{{CHECK_NAME}}",
        check_id: "{{CHECK_ID}}",
        link: "{{RESULT_LINK}}",
      },
      reads: [{ alertKey: null, externalId: "{{CHECK_ID}}", title: "{{ALERT_TITLE}}", source: null, url: null }],
    },
    {
      kind: "odd",
      name: "another template, with the names of the variables",
      body: { ALERT_TYPE: "ALERT_RECOVERY", CHECK_ID: "c1", ALERT_TITLE: "Mail has recovered", CHECK_NAME: "Mail" },
      reads: [{ action: "resolve", alertKey: "c1", title: "Mail has recovered" }],
    },
    { kind: "odd", name: "nothing changed", patch: { alert_type: "NO_ALERT" }, reads: [] },
    { kind: "odd", name: "a bare text", body: "hello", rejects: /expected an object from/ },
  ],
};
