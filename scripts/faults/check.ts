/** Holds what senders were told against what Postgres has. */
import type pg from "pg";
import type { Load, Sent, Target } from "./load.ts";
import { judge, type ModelAlert, type Taken } from "./model.ts";

export interface Findings {
  acknowledged: number;
  /** Acknowledged, and not in Postgres, or there as something else. */
  lost: string[];
  /** In Postgres more often than it was sent. */
  doubled: string[];
  /** Not as the rules have it. */
  wrong: string[];
}

interface Row {
  id: string;
  status: Taken["status"] | "REJECTED";
  sequence: string;
  duplicate_of: string | null;
  idempotency_key: string | null;
  payload: string | null;
  received_at: Date;
  events: { outcome: string; alertId: string | null }[];
}

const WINDOW_MS = 15 * 60_000;

/**
 * Compares everything that was sent to these integrations. Their outboxes must be empty.
 * @param isByAlert several objects share the work: their decisions have an order alert by alert, and no other
 */
export async function check(
  client: pg.Client,
  targets: readonly Target[],
  load: Pick<Load, "sent">,
  isByAlert = false,
): Promise<Findings> {
  const findings: Findings = { acknowledged: 0, lost: [], doubled: [], wrong: [] };
  for (const target of targets) await checkIntegration(client, target, load.sent, isByAlert, findings);
  return findings;
}

async function checkIntegration(
  client: pg.Client,
  target: Target,
  all: readonly Sent[],
  isByAlert: boolean,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<Row>(
    `select id, status, sequence, duplicate_of, idempotency_key, raw_payload::text as payload, received_at, events
     from webhook_deliveries where integration_id = $1 order by sequence, id`,
    [target.id],
  );
  const sent = all.filter((delivery) => delivery.target === target);
  compareReplies(sent, rows, findings);
  const orders = isByAlert ? [...Map.groupBy(rows, keyOf).values()] : [rows];
  findings.doubled.push(
    ...orders.flatMap((order) => doubledRows(sent, order)),
    ...(await doubledEvents(client, target, rows)),
  );
  const judged = orders.map((order) => judge(order.filter(isTaken).map(toTaken), WINDOW_MS));
  findings.wrong.push(
    ...judged.flatMap(({ faults }) => faults),
    ...differences(
      judged.flatMap(({ alerts }) => alerts),
      await alertsOf(client, target),
    ),
  );
}

const isTaken = (row: Row): row is Row & { status: Taken["status"] } => row.status !== "REJECTED";

/** The alert key of a delivery with one event; what was refused has none. */
const keyOf = (row: Row): string => (isTaken(row) && row.payload ? (JSON.parse(row.payload) as { id: string }).id : "");

function compareReplies(sent: readonly Sent[], rows: readonly Row[], findings: Findings): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { body, replies } of sent) {
    for (const reply of replies) {
      findings.acknowledged++;
      const row = byId.get(reply.deliveryId);
      if (!row) findings.lost.push(`${reply.deliveryId} is not there`);
      else if (row.payload !== body) findings.lost.push(`${reply.deliveryId} has another body`);
      else if (row.status !== reply.status || row.duplicate_of !== reply.duplicateOf)
        findings.wrong.push(`${reply.deliveryId} was answered ${reply.status}, and is ${row.status}`);
      else if (row.events.map(({ outcome }) => outcome).join() !== reply.outcomes.join())
        findings.wrong.push(`${reply.deliveryId} was answered ${reply.outcomes.join()}`);
    }
  }
}

/** Rows that share a place in the order, or are more than the attempts that may have made them. */
function doubledRows(sent: readonly Sent[], rows: readonly Row[]): string[] {
  const places = new Map<string, number>();
  const bodies = new Map<string, number>();
  for (const row of rows) {
    places.set(row.sequence, (places.get(row.sequence) ?? 0) + 1);
    if (row.payload !== null) bodies.set(row.payload, (bodies.get(row.payload) ?? 0) + 1);
  }
  const attempts = new Map(sent.map((delivery) => [delivery.body, delivery.attempts]));
  return [
    ...[...places].filter(([, count]) => count > 1).map(([place, count]) => `${count} rows in place ${place}`),
    ...[...bodies]
      .filter(([body, count]) => count > (attempts.get(body) ?? 0))
      .map(([body, count]) => `${count} rows, sent ${attempts.get(body) ?? 0} times: ${body.slice(0, 80)}`),
  ];
}

/** Each event that did something stands once in a timeline. */
async function doubledEvents(client: pg.Client, target: Target, rows: readonly Row[]): Promise<string[]> {
  const { rows: counts } = await client.query<{ delivery_id: string; count: string }>(
    `select delivery_id, count(*) from alert_timeline
     where alert_id in (select id from alerts where integration_id = $1) group by delivery_id`,
    [target.id],
  );
  const told = new Map(counts.map(({ delivery_id, count }) => [delivery_id, Number(count)]));
  return rows
    .filter(({ status }) => status === "ACCEPTED")
    .map(({ id, events }) => ({
      id,
      told: told.get(id) ?? 0,
      did: events.filter((e) => e.outcome !== "ignored").length,
    }))
    .filter((row) => row.told !== row.did)
    .map((row) => `${row.id} did ${row.did} things, and timelines tell ${row.told}`);
}

const toTaken = (row: Row & { status: Taken["status"] }): Taken => ({
  id: row.id,
  status: row.status,
  duplicateOf: row.duplicate_of,
  key: row.idempotency_key,
  body: row.payload ?? "[]",
  receivedAt: row.received_at.getTime(),
  outcomes: row.events.map(({ outcome }) => outcome),
});

async function alertsOf(client: pg.Client, target: Target): Promise<ModelAlert[]> {
  const { rows } = await client.query<ModelAlert>(
    `select alert_key as key, status, severity, occurrences from alerts where integration_id = $1`,
    [target.id],
  );
  return rows;
}

const words = ({ key, status, severity, occurrences }: ModelAlert) => `${key} ${status} ${severity} ${occurrences}`;

function differences(expected: readonly ModelAlert[], found: readonly ModelAlert[]): string[] {
  const left = found.map(words);
  const missing: string[] = [];
  for (const alert of expected.map(words)) {
    const at = left.indexOf(alert);
    if (at === -1) missing.push(`no alert ${alert}`);
    else left.splice(at, 1);
  }
  return [...missing, ...left.map((alert) => `an alert too many: ${alert}`)];
}
