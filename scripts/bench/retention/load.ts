/** Load while retention deletes: batches of deliveries, written as a Durable Object writes them, and lists. */
import { connect, type DatabaseSettings } from "../../../src/db/client.ts";
import { findDelivery, listDeliveries } from "../../../src/db/deliveries.ts";
import { type OwnedChunk, writeChunks } from "../../../src/db/write-batch.ts";
import { newId } from "../../../src/lib/ids.ts";
import { INTEGRATIONS } from "./fill.ts";

/** Deliveries in a batch at a few thousand deliveries per second. */
export const BATCH = 100;

/** Pause between two queries, so that the machine is not saturated. */
const PAUSE_MS = 50;

const LIMIT = 51;

/** Queries to run in turn. */
export type Asks = Record<string, (env: DatabaseSettings) => Promise<unknown>>;

/** Times of each query, in ms. */
export type Times = Record<string, number[]>;

/** Writes a batch of deliveries, each with an alert and a timeline entry. */
export const ingest: Asks = {
  [`a batch of ${BATCH} deliveries`]: (env) => {
    const integrationId = integration(1 + Math.floor(Math.random() * INTEGRATIONS));
    return writeChunks(
      env,
      Array.from({ length: BATCH }, (_, at) => chunkOf(integrationId, at)),
    );
  },
};

/** Lists of deliveries, as the console and clients request them. `known`: a delivery, and the time in the middle. */
export function lists(known: { id: string; at: Date }): Asks {
  const middle = { sortedBy: known.at.getTime(), id: known.id };
  return {
    "all deliveries": (env) => listDeliveries(connect(env), "all", {}, null, LIMIT),
    "all, from the middle on": (env) => listDeliveries(connect(env), "all", {}, middle, LIMIT),
    "of a team": (env) => listDeliveries(connect(env), ["11111111-0000-4000-8000-000000000003"], {}, null, LIMIT),
    "of an integration, rejected": (env) =>
      listDeliveries(connect(env), "all", { integrationId: integration(7), status: ["REJECTED"] }, null, LIMIT),
    "one by its id": (env) => findDelivery(connect(env), known.id),
  };
}

/** Runs the queries in turn until a time. @returns their times */
export async function timesOf(asks: Asks, env: DatabaseSettings, until: number): Promise<Times> {
  const times: Times = Object.fromEntries(Object.keys(asks).map((name) => [name, []]));
  while (performance.now() < until) {
    for (const [name, ask] of Object.entries(asks)) {
      const start = performance.now();
      await ask(env);
      times[name]?.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  return times;
}

const integration = (number: number): string => `22222222-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A chunk of one delivery, which opens an alert. */
function chunkOf(integrationId: string, at: number): OwnedChunk {
  const [deliveryId, alertId] = [newId(), newId()];
  const now = new Date().toISOString();
  const content = {
    title: `Requests to web-${at} are slow`,
    description: "Slower than 500 ms.",
    metadata: { labels: { job: "checkout" } },
  };
  const text = JSON.stringify({
    status: "firing",
    receiver: "tocsin",
    alerts: [
      {
        labels: { alertname: "HighRequestLatency", instance: alertId },
        annotations: { summary: content.title },
        startsAt: now,
      },
    ],
  });
  const bodies = new TextEncoder().encode(text);
  const entry = {
    delivery: {
      id: deliveryId,
      integration_id: integrationId,
      sequence: at,
      status: "ACCEPTED",
      status_code: 202,
      alert_id: alertId,
      events: [{ alertId, action: "trigger", outcome: "created" }],
      reason: "accepted: an alert was opened",
      decision: { dedupKey: alertId, kind: "contentFingerprint", verification: { scheme: "hmac", key: "current" } },
      content_fingerprint: deliveryId + alertId,
      headers: {
        host: "tocsin.example.com",
        "user-agent": "Alertmanager/0.28.1",
        "content-type": "application/json",
        "x-webhook-signature": "[redacted]",
      },
      content_type: "application/json",
      source_ip: "192.0.2.1",
      body_bytes: bodies.length,
      is_body_cut: false,
      received_at: now,
    },
    body: { at: 0, bytes: bodies.length, kind: "json" },
    alerts: [
      {
        id: alertId,
        integration_id: integrationId,
        alert_key: alertId,
        severity: "HIGH",
        status: "OPEN",
        occurrences: 1,
        triggered_at: now,
        last_seen_at: now,
        version: 1,
        content,
      },
    ],
    timeline: [
      {
        id: newId(),
        alert_id: alertId,
        delivery_id: deliveryId,
        type: "CREATED",
        actor: "source",
        version: 1,
        status: "OPEN",
        severity: "HIGH",
        changes: {},
        recorded_at: now,
      },
    ],
  };
  return { integrationId, chunk: { entries: JSON.stringify([entry]), rows: 1, bodies } };
}
