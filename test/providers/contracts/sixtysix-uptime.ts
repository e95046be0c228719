import { sixtysixUptime } from "../../../src/providers/sixtysix-uptime.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: sixtysixUptime,
  cases: [
    { proves: "trigger", reads: [{ action: "trigger", alertKey: "14", title: "Shop", severity: "HIGH" }] },
    { proves: "resolve", patch: { is_ok: 1 }, reads: [{ action: "resolve", alertKey: "14" }] },
    {
      proves: "trigger",
      name: "a heartbeat",
      body: { heartbeat_id: "14", name: "Backup", type: "heartbeat", is_ok: 0 },
      reads: [{ action: "trigger", alertKey: '["heartbeat","14"]', externalId: "14" }],
    },
    { proves: "odd", name: "as a form", patch: { is_ok: "1" }, reads: [{ action: "resolve", alertKey: "14" }] },
    { proves: "odd", name: "an array", body: [], refuses: /expected 66uptime's webhook object/ },
  ],
};
