import { checkly } from "../../../src/providers/checkly.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: checkly,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "5a1e0c3e-0001-4c1e-8d5b-000000000001",
          title: "Checkout has failed",
          description: "Timeout 30000ms exceeded",
          severity: "HIGH",
          source: "Checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      patch: { alert_type: "ALERT_FAILURE_REMAIN" },
      reads: [{ action: "trigger", alertKey: "5a1e0c3e-0001-4c1e-8d5b-000000000001" }],
    },
    {
      proves: "resolve",
      patch: { alert_type: "ALERT_RECOVERY" },
      reads: [{ action: "resolve", alertKey: "5a1e0c3e-0001-4c1e-8d5b-000000000001" }],
    },
    {
      proves: "resolve",
      name: "from degradation",
      patch: { alert_type: "ALERT_DEGRADED_RECOVERY" },
      reads: [{ action: "resolve" }],
    },
    {
      proves: "trigger",
      name: "degraded",
      patch: { alert_type: "ALERT_DEGRADED" },
      reads: [{ action: "trigger", severity: "LOW" }],
    },
    {
      proves: "odd",
      name: "a certificate that ends",
      patch: { alert_type: "ALERT_SSL" },
      reads: [{ action: "trigger", severity: "MEDIUM", alertKey: '["ssl","5a1e0c3e-0001-4c1e-8d5b-000000000001"]' }],
    },
    {
      proves: "placeholders",
      patch: { check_id: "{{CHECK_ID}}", alert_title: "{{ALERT_TITLE}}" },
      reads: [{ alertKey: null, title: "{{ALERT_TITLE}}" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected the object/ },
  ],
};
