/** Converts a scrape to metric families. docs/operate/metrics.md describes them; a test compares the two. */
import { SEVERITIES } from "../../alerts/model.ts";
import { REJECTION_CLASSES } from "../../alerts/rejection-class.ts";
import type { ObjectStats } from "../../objects/integration/rpc.ts";
import type { Family, Sample } from "../../lib/exposition.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { SECOND } from "../../lib/time.ts";
import { VERSION } from "../../lib/version.ts";
import type { Scrape, ScrapedIntegration } from "./scrape.ts";

const PARTS: readonly ((scraped: Scrape) => Family[])[] = [ofService, ofIntegrations, ofAlerts, ofSubscriptions];

/** Returns all metric families with their samples. */
export const familiesOf = (scraped: Scrape): Family[] => PARTS.flatMap((part) => part(scraped));

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
    gauge("build_info", "Version of Tocsin, as a label.", only(1, { version: VERSION })),
    gauge("database_up", "Whether Postgres responded to this scrape.", only(alerts === null ? 0 : 1)),
    gauge("integrations", "Number of integrations.", only(known)),
    gauge(
      "integrations_left_out",
      "Integrations without metrics, because a scrape covers a limited number.",
      only(known - integrations.length),
    ),
  ];
}

function ofIntegrations({ integrations, now }: Scrape): Family[] {
  const of = (samplesOf: (stats: ObjectStats) => readonly Sample[]) =>
    integrations.flatMap(({ id, stats }) =>
      (stats ? samplesOf(stats) : []).map(({ labels, value }) => ({ labels: { integration: id, ...labels }, value })),
    );
  const one = (valueOf: (stats: ObjectStats) => number) => of((stats) => only(valueOf(stats)));
  return [
    gauge("integration_info", "Name, provider and team of an integration, as labels.", integrations.map(info)),
    gauge(
      "integration_up",
      "Whether the state of all shards of the integration is known. If not, it has no other samples.",
      integrations.map(({ id, stats }) => ({ labels: { integration: id }, value: stats ? 1 : 0 })),
    ),
    gauge(
      "outbox_rows",
      "Accepted rows that are not yet in Postgres.",
      one(({ rows }) => rows),
    ),
    gauge(
      "outbox_bytes",
      "Size of the rows that are not yet in Postgres.",
      one(({ bytes }) => bytes),
    ),
    gauge(
      "outbox_oldest_age_seconds",
      "Age of the oldest row that is not yet in Postgres; 0 if there is none.",
      one(({ oldestAt }) => (oldestAt === null ? 0 : Math.max(0, now - oldestAt) / SECOND)),
    ),
    gauge(
      "quarantined_rows",
      "Rows that Postgres rejected for their data.",
      one(({ quarantined }) => quarantined),
    ),
    gauge(
      "outbox_flush_failures",
      "Consecutive failed flushes, since the object was last loaded into memory.",
      one(({ flushFailures }) => flushFailures),
    ),
    counter(
      "deliveries_total",
      "Deliveries by outcome.",
      of(({ totals }) => [
        ...only(totals.accepted, { outcome: "accepted" }),
        ...only(totals.duplicate, { outcome: "duplicate" }),
        ...only(
          REJECTION_CLASSES.reduce((sum, rejection) => sum + totals[rejection], 0),
          { outcome: "rejected" },
        ),
      ]),
    ),
    counter(
      "deliveries_rejected_total",
      "Rejected deliveries by class of reason.",
      of(({ totals }) => REJECTION_CLASSES.flatMap((reason) => only(totals[reason], { reason }))),
    ),
    gauge(
      "last_delivery_timestamp_seconds",
      "Time of the last accepted or duplicate delivery.",
      of(({ totals }) => (totals.lastDeliveryAt === 0 ? [] : only(totals.lastDeliveryAt / SECOND))),
    ),
    gauge(
      "heartbeat_missed",
      "Whether a missed-heartbeat alert of the integration is unresolved.",
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
      "Name and team of a subscription, as labels.",
      subscriptions.flatMap(({ id, name, teamId }) => only(1, { subscription: id, name, team: teamId ?? "" })),
    ),
    gauge(
      "subscription_up",
      "Whether the object of the subscription responded to this scrape. If not, it has no other samples.",
      subscriptions.flatMap(({ id, state }) => only(state ? 1 : 0, { subscription: id })),
    ),
    gauge(
      "subscription_circuit_open",
      "Whether the circuit breaker of the endpoint is open or half-open.",
      one(({ isCircuitOpen }) => (isCircuitOpen ? 1 : 0)),
    ),
    gauge(
      "subscription_pending_messages",
      "Pending messages: those that failed and will be retried, and the following ones of the same alerts.",
      one(({ pendingMessages }) => pendingMessages),
    ),
    gauge(
      "subscription_held_alerts",
      "Muted alerts with entries that were not sent.",
      one(({ heldAlerts }) => heldAlerts),
    ),
    gauge(
      "subscription_oldest_pending_age_seconds",
      "Age of the oldest pending message; 0 if there is none.",
      one(({ oldestPendingAt }) => (oldestPendingAt === null ? 0 : Math.max(0, now - oldestPendingAt) / SECOND)),
    ),
    gauge(
      "subscription_dead_letters",
      "Messages that were given up after the retry window.",
      one(({ deadLetters }) => deadLetters),
    ),
    gauge(
      "subscription_last_delivered_timestamp_seconds",
      "Time of the last delivered message.",
      one(({ lastDeliveredAt }) => (lastDeliveredAt === null ? null : lastDeliveredAt / SECOND)),
    ),
  ];
}

const info = ({ id, name, provider, teamId }: ScrapedIntegration): Sample => ({
  labels: { integration: id, name, provider, team: teamId ?? "" },
  value: 1,
});

function ofAlerts({ alerts, mutedAlerts, integrations }: Scrape): Family[] {
  const counts = new Map(alerts?.map((one) => [`${one.integrationId} ${one.status} ${one.severity}`, one.count]));
  const samples = integrations.flatMap(({ id }) =>
    ["OPEN", "ACKNOWLEDGED"].flatMap((status) =>
      SEVERITIES.flatMap((severity) =>
        only(counts.get(`${id} ${status} ${severity}`) ?? 0, { integration: id, status, severity }),
      ),
    ),
  );
  return [
    gauge("alerts", "Unresolved alerts in Postgres, by status and severity.", alerts === null ? [] : samples),
    gauge(
      "muted_alerts",
      "Unresolved alerts that are snoozed or silenced.",
      mutedAlerts === null ? [] : only(mutedAlerts),
    ),
  ];
}
