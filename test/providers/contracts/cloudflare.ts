import { cloudflare } from "../../../src/providers/cloudflare.ts";
import type { Contract } from "../contract.ts";

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";

export const contract: Contract = {
  provider: cloudflare,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "89abcdef0123456789abcdef01234567",
          title: "Shop health checks",
          description: "The health check of shop.example.com is unhealthy: HTTP timeout occurred",
          severity: "HIGH",
          source: "example.com",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { ts: 1_790_000_300 }, reads: [{ action: "trigger", alertKey: KEY }] },
    {
      kind: "resolve",
      patch: { alert_event: "ALERT_STATE_EVENT_END", data: { new_health_status: "Healthy" } },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "odd",
      name: "no event, but a state that is healthy again; no correlation",
      patch: { alert_event: null, alert_correlation_id: null, data: { new_health_status: "Healthy" } },
      reads: [
        { action: "resolve", alertKey: '["89abcdef0123456789abcdef01234567","f5e0c1d2b3a495867768594a3b2c1d0e"]' },
      ],
    },
    {
      kind: "trigger",
      name: "an attack",
      patch: {
        alert_type: "advanced_ddos_attack_l7_alert",
        name: "Attacks",
        data: {
          health_check_id: null,
          health_check_name: null,
          new_health_status: null,
          attack_id: "a1",
          target_hostname: "shop.example.com",
          dashboard_link: "https://dash.cloudflare.com/acme",
        },
      },
      reads: [{ action: "trigger", alertKey: KEY, severity: "MEDIUM", url: "https://dash.cloudflare.com/acme" }],
    },
    {
      kind: "odd",
      name: "a resolved incident of Cloudflare itself",
      body: {
        name: "Cloudflare incidents",
        text: "Resolved",
        data: {
          incident_id: "x1",
          incident_status: "INCIDENT_STATUS_RESOLVED",
          incident_impact: "INCIDENT_IMPACT_MAJOR",
        },
        ts: 1_790_000_000,
        alert_type: "incident_alert",
      },
      reads: [{ action: "resolve", alertKey: '["incident_alert","x1"]', severity: "HIGH" }],
    },
    {
      kind: "test",
      body: { text: "Hello World! This is a test message sent from https://cloudflare.com." },
      reads: [],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Cloudflare notification/ },
  ],
};
