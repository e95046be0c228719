import { ociMonitoring } from "../../../src/providers/oci-monitoring.ts";
import type { Contract } from "../contract.ts";

const alertKey = "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b71";

export const contract: Contract = {
  provider: ociMonitoring,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "ocid1.alarm.oc1.eu-frankfurt-1.aaaaexample",
          title: "Disk almost full",
          description: "Less than 5 % is free on /var.\n\nThe disk of an instance is almost full.",
          severity: "CRITICAL",
          source: "db-1",
          url: "https://cloud.oracle.com/monitoring/alarms/ocid1.alarm.oc1.eu-frankfurt-1.aaaaexample",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { type: "REPEAT", timestampEpochMillis: 1790003600000 },
      reads: [{ action: "trigger", alertKey }],
    },
    ...["FIRING_TO_OK", "RESET"].map((type) => ({
      kind: "resolve" as const,
      name: type,
      patch: { type },
      reads: [{ action: "resolve" as const, alertKey }],
    })),
    {
      kind: "test",
      name: "the confirmation of a subscription",
      headers: {
        "x-oci-ns-confirmationurl": "https://cell1.notification.example.com/20181201/subscriptions/1/confirmation",
      },
      body: { message: "Confirm the subscription" },
      reads: [],
    },
    { kind: "odd", name: "a warning", patch: { severity: "WARNING" }, reads: [{ severity: "MEDIUM" }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an alarm message of OCI/ },
  ],
};
