/** Compares the replies that senders got with the rows in Postgres. */
import type pg from "pg";
import type { Load, Sent, Target } from "./load.ts";
import { expectedOutcomes, type ModelAlert, type Recorded } from "./model.ts";

export interface Findings {
  acknowledged: number;
  /** Acknowledged, but not in Postgres, or there with another body. */
  lost: string[];
  /** In Postgres more often than it was sent. */
  doubled: string[];
  /** Different from what the model expects. */
  wrong: string[];
}

interface Row {
  id: string;
  status: Recorded["status"] | "REJECTED";
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
 * @param isByAlert whether integrations have several shards: then decisions are ordered per alert only
 */
export async function compareWithDatabase(
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
  const expected = orders.map((order) => expectedOutcomes(order.filter(isAccepted).map(toRecorded), WINDOW_MS));
  findings.wrong.push(
    ...expected.flatMap(({ problems }) => problems),
    ...differences(
      expected.flatMap(({ alerts }) => alerts),
      await alertsOf(client, target),
    ),
  );
}

const isAccepted = (row: Row): row is Row & { status: Recorded["status"] } => row.status !== "REJECTED";

/** The alert key of a delivery with one event; empty for a rejected delivery. */
const keyOf = (row: Row): string =>
  isAccepted(row) && row.payload ? (JSON.parse(row.payload) as { id: string }).id : "";

function compareReplies(sent: readonly Sent[], rows: readonly Row[], findings: Findings): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { body, replies } of sent) {
    for (const reply of replies) {
      findings.acknowledged++;
      const row = byId.get(reply.deliveryId);
      if (!row) findings.lost.push(`${reply.deliveryId} is missing`);
      else if (row.payload !== body) findings.lost.push(`${reply.deliveryId} has another body`);
      else if (row.status !== reply.status || row.duplicate_of !== reply.duplicateOf)
        findings.wrong.push(`${reply.deliveryId} was answered ${reply.status}, but the row is ${row.status}`);
      else if (row.events.map(({ outcome }) => outcome).join() !== reply.outcomes.join())
        findings.wrong.push(`${reply.deliveryId} was answered ${reply.outcomes.join()}`);
    }
  }
}

/** Rows with the same sequence number, and rows beyond the number of attempts. */
function doubledRows(sent: readonly Sent[], rows: readonly Row[]): string[] {
  const sequences = new Map<string, number>();
  const bodies = new Map<string, number>();
  for (const row of rows) {
    sequences.set(row.sequence, (sequences.get(row.sequence) ?? 0) + 1);
    if (row.payload !== null) bodies.set(row.payload, (bodies.get(row.payload) ?? 0) + 1);
  }
  const attempts = new Map(sent.map((delivery) => [delivery.body, delivery.attempts]));
  return [
    ...[...sequences]
      .filter(([, count]) => count > 1)
      .map(([sequence, count]) => `${count} rows with sequence ${sequence}`),
    ...[...bodies]
      .filter(([body, count]) => count > (attempts.get(body) ?? 0))
      .map(([body, count]) => `${count} rows, sent ${attempts.get(body) ?? 0} times: ${body.slice(0, 80)}`),
  ];
}

/** Deliveries whose events have more or fewer timeline entries than they must have. */
async function doubledEvents(client: pg.Client, target: Target, rows: readonly Row[]): Promise<string[]> {
  const { rows: counts } = await client.query<{ delivery_id: string; count: string }>(
    `select delivery_id, count(*) from alert_timeline
     where alert_id in (select id from alerts where integration_id = $1) group by delivery_id`,
    [target.id],
  );
  const entries = new Map(counts.map(({ delivery_id, count }) => [delivery_id, Number(count)]));
  return rows
    .filter(({ status }) => status === "ACCEPTED")
    .map(({ id, events }) => ({
      id,
      entries: entries.get(id) ?? 0,
      effective: events.filter((e) => e.outcome !== "ignored").length,
    }))
    .filter((row) => row.entries !== row.effective)
    .map((row) => `${row.id} has ${row.entries} timeline entries, not ${row.effective}`);
}

const toRecorded = (row: Row & { status: Recorded["status"] }): Recorded => ({
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
  return [...missing, ...left.map((alert) => `unexpected alert ${alert}`)];
}
