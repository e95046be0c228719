/** What a scrape found, as metrics. docs/operate/metrics.md describes each of them; a test holds the two together. */
import { SEVERITIES } from "../../alerts/model.ts";
import { REJECTION_CLASSES } from "../../alerts/rejection-class.ts";
import type { ObjectStats } from "../../objects/integration/rpc.ts";
import type { Family, Sample } from "../../lib/exposition.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { SECOND } from "../../lib/time.ts";
import { VERSION } from "../../lib/version.ts";
import type { Measured, Scrape } from "./scrape.ts";

/** Whatever else is measured joins here: a function from the scrape to its families. */
const PARTS: readonly ((found: Scrape) => Family[])[] = [ofService, ofIntegrations, ofAlerts, ofSubscriptions];

/** Every metric, with its samples. */
export const familiesOf = (found: Scrape): Family[] => PARTS.flatMap((part) => part(found));

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name: `tocsin_${name}`,
  type: "gauge",
  help,
  samples,
});

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  ...gauge(name, help, samples),
  type: "counter",
});

const only = (value: number, labels: Record<string, string> = {}): Sample[] => [{ labels, value }];

function ofService({ alerts, known, integrations }: Scrape): Family[] {
  return [
    gauge("build_info", "The version that runs, as a label.", only(1, { version: VERSION })),
    gauge("database_up", "Whether Postgres answered this scrape.", only(alerts === null ? 0 : 1)),
    gauge("integrations", "Integrations that are known.", only(known)),
    gauge("integrations_left_out", "Integrations too many to be asked.", only(known - integrations.length)),
  ];
}

function ofIntegrations({ integrations, now }: Scrape): Family[] {
  const of = (samplesOf: (meter: ObjectStats) => readonly Sample[]) =>
    integrations.flatMap(({ id, meter }) =>
      (meter ? samplesOf(meter) : []).map(({ labels, value }) => ({ labels: { integration: id, ...labels }, value })),
    );
  const one = (valueOf: (meter: ObjectStats) => number) => of((meter) => only(valueOf(meter)));
  return [
    gauge("integration_info", "What an integration is, as labels.", integrations.map(info)),
    gauge(
      "integration_up",
      "Whether every object of the integration answered this scrape. If not, it has no other sample.",
      integrations.map(({ id, meter }) => ({ labels: { integration: id }, value: meter ? 1 : 0 })),
    ),
    gauge(
      "outbox_rows",
      "Rows accepted and not yet in Postgres.",
      one(({ rows }) => rows),
    ),
    gauge(
      "outbox_bytes",
      "Their size.",
      one(({ bytes }) => bytes),
    ),
    gauge(
      "outbox_oldest_age_seconds",
      "How long the oldest of them has waited; 0 when there is none.",
      one(({ oldestAt }) => (oldestAt === null ? 0 : Math.max(0, now - oldestAt) / SECOND)),
    ),
    gauge(
      "quarantined_rows",
      "Rows that Postgres refused for their data.",
      one(({ quarantined }) => quarantined),
    ),
    gauge(
      "outbox_flush_failures",
      "How often in a row Postgres did not take a batch, since the object was last in memory.",
      one(({ flushFailures }) => flushFailures),
    ),
    counter(
      "deliveries_total",
      "Deliveries decided on, by outcome.",
      of(({ totals }) => [
        ...only(totals.accepted, { outcome: "accepted" }),
        ...only(totals.duplicate, { outcome: "duplicate" }),
        ...only(
          REJECTION_CLASSES.reduce((sum, refusal) => sum + totals[refusal], 0),
          { outcome: "rejected" },
        ),
      ]),
    ),
    counter(
      "deliveries_rejected_total",
      "Deliveries refused, by the class of the reason.",
      of(({ totals }) => REJECTION_CLASSES.flatMap((reason) => only(totals[reason], { reason }))),
    ),
    gauge(
      "last_delivery_timestamp_seconds",
      "When a delivery of the source was last taken, new or duplicate.",
      of(({ totals }) => (totals.takenAt === 0 ? [] : only(totals.takenAt / SECOND))),
    ),
    gauge(
      "heartbeat_missed",
      "Whether an alert on the integration's missedHeartbeat is unresolved.",
      one(({ isHeartbeatMissed }) => (isHeartbeatMissed ? 1 : 0)),
    ),
  ];
}

function ofSubscriptions({ subscriptions, now }: Scrape): Family[] {
  const one = (valueOf: (state: SubscriptionState) => number | null) =>
    subscriptions.flatMap(({ id, state }) => {
      const value = state && valueOf(state);
      return value === null ? [] : only(value, { subscription: id });
    });
  return [
    gauge(
      "subscription_info",
      "What a subscription is, as labels.",
      subscriptions.flatMap(({ id, name, teamId }) => only(1, { subscription: id, name, team: teamId ?? "" })),
    ),
    gauge(
      "subscription_up",
      "Whether the subscription's object answered this scrape. If not, it has no other sample.",
      subscriptions.flatMap(({ id, state }) => only(state ? 1 : 0, { subscription: id })),
    ),
    gauge(
      "subscription_circuit_open",
      "Whether the subscriber does not take what it is told.",
      one(({ isCircuitOpen }) => (isCircuitOpen ? 1 : 0)),
    ),
    gauge(
      "subscription_pending_messages",
      "Messages that failed and are tried again, and those behind them.",
      one(({ pendingMessages }) => pendingMessages),
    ),
    gauge(
      "subscription_oldest_pending_age_seconds",
      "How long ago the oldest of them happened; 0 when there is none.",
      one(({ oldestPendingAt }) => (oldestPendingAt === null ? 0 : Math.max(0, now - oldestPendingAt) / SECOND)),
    ),
    gauge(
      "subscription_dead_letters",
      "Messages that were given up.",
      one(({ deadLetters }) => deadLetters),
    ),
    gauge(
      "subscription_last_delivered_timestamp_seconds",
      "When a message was last taken.",
      one(({ lastDeliveredAt }) => (lastDeliveredAt === null ? null : lastDeliveredAt / SECOND)),
    ),
  ];
}

const info = ({ id, name, provider, teamId }: Measured): Sample => ({
  labels: { integration: id, name, provider, team: teamId ?? "" },
  value: 1,
});

function ofAlerts({ alerts, integrations }: Scrape): Family[] {
  const counts = new Map(alerts?.map((one) => [`${one.integrationId} ${one.status} ${one.severity}`, one.count]));
  const samples = integrations.flatMap(({ id }) =>
    ["OPEN", "ACKNOWLEDGED"].flatMap((status) =>
      SEVERITIES.flatMap((severity) =>
        only(counts.get(`${id} ${status} ${severity}`) ?? 0, { integration: id, status, severity }),
      ),
    ),
  );
  return [gauge("alerts", "Unresolved alerts in Postgres, by status and severity.", alerts === null ? [] : samples)];
}
