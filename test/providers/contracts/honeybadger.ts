import { honeybadger } from "../../../src/providers/honeybadger.ts";
import type { Contract } from "../contract.ts";

const project = { id: 41230, name: "Shop", token: "not to be kept" };
const site = {
  id: "b7e2f8b0-8d32-4d5e-9d8f-0e9f2b1c7a55",
  name: "Checkout",
  url: "https://shop.example.com/checkout",
  details_url: "https://app.honeybadger.example.com/projects/41230/sites/b7e2f8b0",
};
const checkIn = (event: string, state: string) => ({
  event,
  message: "[Shop] Nightly backup",
  project,
  check_in: {
    id: "Xk31Lm",
    name: "Nightly backup",
    state,
    url: "https://api.honeybadger.example.com/v1/check_in/Xk31Lm",
  },
});
const alarm = (event: string, state: string) => ({
  event,
  message: "[Shop] Checkout errors",
  alarm: { id: "8f0dc2b1", name: "Checkout errors", state, url: "https://app.honeybadger.example.com/alarms/8f0dc2b1" },
});

export const contract: Contract = {
  provider: honeybadger,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "90210417",
          title: "[Shop/production] PriceError: price is missing",
          description: "price is missing",
          severity: "MEDIUM",
          source: "Shop",
          url: "https://app.honeybadger.example.com/projects/41230/faults/90210417",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["rate_exceeded", "unresolved"].map((event) => ({
      kind: "repeat" as const,
      name: event,
      patch: { event },
      reads: [{ action: "trigger" as const, alertKey: "90210417" }],
    })),
    {
      kind: "resolve",
      patch: { event: "resolved", notice: null, fault: { resolved: true } },
      reads: [{ action: "resolve", alertKey: "90210417", occurredAt: null }],
    },
    {
      kind: "trigger",
      name: "a site that is down",
      body: {
        event: "down",
        message: "[Shop] Checkout is down.",
        project,
        site,
        outage: { down_at: "2026-09-21T14:13:20Z", up_at: null, status: 503, reason: "Expected 2xx" },
      },
      reads: [
        {
          action: "trigger",
          alertKey: site.id,
          title: "[Shop] Checkout is down.",
          description: "Expected 2xx",
          severity: "HIGH",
          source: "Checkout",
          url: site.details_url,
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "a site that is up",
      body: {
        event: "up",
        message: "[Shop] Checkout is back up",
        project,
        site,
        outage: { up_at: "2026-09-21T15:00:00Z" },
      },
      reads: [{ action: "resolve", alertKey: site.id, occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "trigger",
      name: "a certificate, separate from the site's outages",
      body: { event: "cert_will_expire", message: "[Shop] The certificate expires soon", project, site },
      reads: [{ action: "trigger", alertKey: `["${site.id}","certificate"]`, severity: "MEDIUM" }],
    },
    {
      kind: "trigger",
      name: "a missing check-in, without its ping URL",
      body: checkIn("check_in_missing", "missing"),
      reads: [{ action: "trigger", alertKey: "Xk31Lm", severity: "HIGH", source: "Nightly backup", url: null }],
    },
    {
      kind: "resolve",
      name: "a check-in that reports",
      body: checkIn("check_in_reporting", "reporting"),
      reads: [{ action: "resolve", alertKey: "Xk31Lm" }],
    },
    {
      kind: "trigger",
      name: "an alarm",
      body: alarm("alarm_alert", "alarm"),
      reads: [{ action: "trigger", alertKey: "8f0dc2b1", url: "https://app.honeybadger.example.com/alarms/8f0dc2b1" }],
    },
    {
      kind: "resolve",
      name: "an alarm",
      body: alarm("alarm_ok", "ok"),
      reads: [{ action: "resolve", alertKey: "8f0dc2b1" }],
    },
    {
      kind: "trigger",
      name: "a spike in the project",
      body: {
        event: "volume_spike",
        message: "[Shop] 4.7 times the normal rate",
        project,
        volume_spike: { factor: 4.7 },
      },
      reads: [{ action: "trigger", alertKey: '["41230","volume spike"]', source: "Shop" }],
    },
    {
      kind: "odd",
      name: "links of payload version 3",
      patch: { payload_version: "v3", fault: { url: null, links: { web: "https://app.honeybadger.example.com/f/1" } } },
      reads: [{ url: "https://app.honeybadger.example.com/f/1" }],
    },
    ...["assigned", "deployed"].map((event) => ({
      kind: "odd" as const,
      name: `${event} is no alert`,
      patch: { event },
      reads: [],
    })),
    { kind: "odd", name: "no event", patch: { event: null }, rejects: /expected the name of an event/ },
    { kind: "odd", name: "a text", body: "hello", rejects: /expected a Honeybadger event/ },
    {
      kind: "note",
      patch: {
        event: "commented",
        actor: { name: "Alice Example" },
        comment: { id: 1, body: "The price list is empty.", created_at: "2026-09-21T14:20:00Z" },
      },
      reads: [
        {
          action: "note",
          alertKey: "90210417",
          note: "The price list is empty.",
          author: "Alice Example",
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    { kind: "odd", name: "a comment without a text", patch: { event: "commented" }, reads: [] },
    {
      kind: "odd",
      name: "resolved by a person",
      patch: { event: "resolved", actor: { name: "Alice Example" } },
      reads: [{ action: "resolve", alertKey: "90210417", author: "Alice Example" }],
    },
  ],
};
