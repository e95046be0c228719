import { statusgator } from "../../../src/providers/statusgator.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: statusgator,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "mon0001",
          title: "Payments fail",
          severity: "HIGH",
          source: "Payments Inc.",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "a warning",
      patch: { status: "warn", previous_status: "down" },
      reads: [{ action: "trigger", alertKey: "mon0001", severity: "MEDIUM" }],
    },
    {
      proves: "resolve",
      patch: { status: "up", previous_status: "down" },
      reads: [{ action: "resolve", alertKey: "mon0001" }],
    },
    {
      proves: "odd",
      name: "maintenance",
      patch: { status: "maintenance" },
      reads: [{ action: "trigger", severity: "INFO" }],
    },
    {
      proves: "odd",
      name: "no monitor: the service",
      patch: { monitor: null, message: null },
      reads: [{ alertKey: "srv0001", title: "Payments Inc." }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected StatusGator's webhook object/ },
  ],
};
