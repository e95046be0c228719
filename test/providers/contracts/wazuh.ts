import { wazuh } from "../../../src/providers/wazuh.ts";
import type { Contract } from "../contract.ts";

const KEY = '["5712","001"]';

export const contract: Contract = {
  provider: wazuh,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "1790000000.4711",
          title: "sshd: brute force trying to get access to the system.",
          description: "Sep 21 14:13:20 web-1 sshd[811]: Failed password for root from 192.0.2.99",
          severity: "MEDIUM",
          source: "web-1",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { id: "1790000060.4712", all_fields: { id: "1790000060.4712" } },
      reads: [{ action: "trigger", alertKey: KEY, externalId: "1790000060.4712" }],
    },
    {
      kind: "trigger",
      name: "the alert without envelope",
      body: {
        timestamp: "2026-09-21T14:13:20.123+0000",
        rule: { level: 15, description: "Rootkit found", id: "510" },
        agent: { id: "000", name: "wazuh" },
        manager: { name: "wazuh" },
        id: "1790000000.1",
        location: "rootcheck",
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["510","000"]',
          title: "Rootkit found",
          severity: "CRITICAL",
          description: null,
        },
      ],
    },
    ...(
      [
        [3, "LOW"],
        [12, "HIGH"],
      ] as const
    ).map(([level, severity]) => ({
      kind: "odd" as const,
      name: `level ${level}`,
      patch: { all_fields: { rule: { level } } },
      reads: [{ severity }],
    })),
    {
      kind: "odd",
      name: "the words of a script, and an offset with a dot",
      body: {
        message: "New package installed.",
        severity: "info",
        description: "rsync",
        created_at: "2026-09-21T16:13:20.5+02.00",
      },
      reads: [
        {
          alertKey: null,
          title: "New package installed.",
          description: "rsync",
          severity: "INFO",
          occurredAt: "2026-09-21T14:13:20.500Z",
        },
      ],
    },
    { kind: "odd", name: "a bare text", body: "hello", rejects: /expected a Wazuh alert/ },
  ],
};
