import { openobserve } from "../../../src/providers/openobserve.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: openobserve,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["Checkout fails","checkout","acme"]',
          title: "Checkout fails",
          description: "status=503 path=/checkout\n\n42 of >= 10 in checkout",
          severity: "CRITICAL",
          source: "checkout",
          url: "https://openobserve.example.com/web/logs?org_identifier=acme&stream=checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { alert_count: "57", alert_level: "" },
      reads: [{ action: "trigger", alertKey: '["Checkout fails","checkout","acme"]', severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "the prebuilt template",
      body: {
        alert: {
          name: "Checkout fails",
          stream: { name: "checkout", type: "logs" },
          status: "firing",
          count: "42",
          threshold: { operator: ">=", value: "10" },
          time: "2026-09-21T14:13:20",
          url: "https://openobserve.example.com/web/logs",
        },
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["Checkout fails","checkout","logs"]',
          title: "Checkout fails",
          description: "42 of >= 10 in checkout",
          url: "https://openobserve.example.com/web/logs",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "placeholders",
      name: "a version without levels and organizations",
      patch: { alert_level: "{alert_level}", org_name: "{org_name}" },
      reads: [{ action: "trigger", alertKey: null, severity: "MEDIUM" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object by the template/ },
  ],
};
