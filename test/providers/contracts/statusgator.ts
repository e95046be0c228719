import { statusgator } from "../../../src/providers/statusgator.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: statusgator,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "kX81bVn2Qd",
          title: "Mail is not delivered",
          description: "We are looking into it.",
          severity: "HIGH",
          source: "Example Mail",
          url: "https://statusgator.com/services/example-mail",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "better, but not up",
      patch: { status: "warn", previous_status: "down" },
      reads: [{ action: "trigger", alertKey: "kX81bVn2Qd", severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: { status: "up", previous_status: "down" },
      reads: [{ action: "resolve", alertKey: "kX81bVn2Qd" }],
    },
    {
      kind: "trigger",
      name: "an early warning",
      patch: { type: "EarlyWarningSignal", status: null, message: null, summary: "Service outage" },
      reads: [{ action: "trigger", alertKey: "kX81bVn2Qd", title: "Service outage", severity: "MEDIUM" }],
    },
    {
      kind: "trigger",
      name: "version 2",
      body: {
        service_name: "Example Mail",
        slug: "example-mail",
        current_status: "warn",
        last_status: "up",
        message: null,
        occurred_at: "2026-09-21T16:13:20+02:00",
        status_page_url: "https://status.mail.example.com",
      },
      reads: [
        {
          action: "trigger",
          alertKey: "example-mail",
          title: "Example Mail",
          url: "https://status.mail.example.com",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "under maintenance",
      patch: { status: "maintenance" },
      reads: [{ action: "trigger", severity: "INFO" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a StatusGator status change/ },
  ],
};
