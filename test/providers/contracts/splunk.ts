import { splunk } from "../../../src/providers/splunk.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: splunk,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["Failed logins","search","admin"]',
          title: "Failed logins",
          severity: "HIGH",
          source: "web-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "the next run",
      patch: { sid: "other" },
      reads: [{ alertKey: '["Failed logins","search","admin"]', externalId: "other" }],
    },
    {
      kind: "odd",
      name: "a search without a name",
      patch: { search_name: null, result: { severity: null } },
      reads: [{ alertKey: null, title: "Splunk search", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Splunk webhook object/ },
  ],
};
