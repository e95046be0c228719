import { librenms } from "../../../src/providers/librenms.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: librenms,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "26",
          title: "Alert for device web-1.example.com - Device down",
          description: null,
          severity: "CRITICAL",
          source: "web-1.example.com",
          occurredAt: null,
        },
      ],
    },
    ...["3", "4"].map((state) => ({
      kind: "repeat" as const,
      name: state === "3" ? "got worse" : "got better",
      patch: { state, uid: "41" },
      reads: [{ action: "trigger" as const, alertKey: "26" }],
    })),
    { kind: "acknowledge", patch: { state: "2" }, reads: [{ action: "acknowledge", alertKey: "26" }] },
    {
      kind: "resolve",
      patch: { state: "0", severity: "ok", uid: "42", title: "Device web-1.example.com recovered from Device down" },
      reads: [{ action: "resolve", alertKey: "26" }],
    },
    { kind: "test", patch: { uid: "000", alert_id: "000", name: "Test-Rule" }, reads: [] },
    {
      kind: "odd",
      name: "no alert id: the device and the rule",
      patch: { alert_id: null },
      reads: [{ alertKey: '["2","13"]' }],
    },
    { kind: "odd", name: "a state as a number", patch: { state: 0 }, reads: [{ action: "resolve" }] },
    {
      kind: "placeholders",
      body: { title: "{{ $title }}", alert_id: "{{ $alert_id }}", rule_id: "{{ $rule_id }}", state: "{{ $state }}" },
      reads: [{ action: "trigger", alertKey: null, externalId: "{{ $alert_id }}", title: "{{ $title }}" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object with LibreNMS' alert variables/ },
    ...(
      [
        ["alert", "trigger"],
        ["ok", "resolve"],
        ["recovered", "resolve"],
        ["acknowledged", "acknowledge"],
      ] as const
    ).map(([state, action]) => ({
      kind: "odd" as const,
      name: `a nested template: ${state}`,
      body: {
        alert: { id: 512, state, severity: "critical", name: "Device down", rule: "macros.device_down = 1" },
        device: { device_id: 7, hostname: "sw-1.example.com", sysName: "sw-1" },
        links: { alert: "https://librenms.example.com/alerts/512" },
      },
      reads: [
        {
          action,
          alertKey: "512",
          title: "Device down",
          severity: "CRITICAL" as const,
          url: "https://librenms.example.com/alerts/512",
        },
      ],
    })),
    {
      kind: "odd",
      name: "acknowledged with a note",
      patch: { state: "2", alert_notes: "Power is out" },
      reads: [{ action: "acknowledge", note: "Power is out" }],
    },
  ],
};
