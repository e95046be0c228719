/** What the baselines share: they verify and read a delivery with the code of Tocsin, so that only storing differs; and their tables. */
import type { AlertEvent } from "../../src/alerts/event.ts";
import { uuidv7 } from "uuidv7";
import { findDedupKey } from "../../src/ingest/dedup-key.ts";
import type { Received, Verified } from "../../src/ingest/delivery.ts";
import { normalize } from "../../src/ingest/normalize.ts";
import { parse } from "../../src/ingest/parse.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { NewerConfig, Stages } from "../../src/ingest/stages.ts";
import { alertmanager } from "../../src/providers/alertmanager.ts";
import { createVerifier } from "../../src/verification/index.ts";

export const BASELINE_SCHEMA = `
  create schema if not exists baseline;
  create table if not exists baseline.deliveries (
    id uuid primary key, dedup_key text not null unique, status text not null, headers jsonb not null,
    raw_payload json not null, received_at timestamptz not null default now());
  create table if not exists baseline.alerts (
    id uuid primary key, alert_key text not null, status text not null, severity text not null, title text not null,
    description text, url text, metadata jsonb not null, occurrences integer not null default 1,
    triggered_at timestamptz not null, resolved_at timestamptz);
  create unique index if not exists alerts_key_idx on baseline.alerts (alert_key) where status = 'OPEN';
  create index if not exists alerts_triggered_at_idx on baseline.alerts (triggered_at, id);
  create table if not exists baseline.events (
    id uuid primary key, alert_id uuid not null references baseline.alerts, delivery_id uuid not null, type text not null,
    recorded_at timestamptz not null default now());`;

/** A verified delivery. */
export interface Read {
  dedupKey: string;
  headers: Record<string, string>;
  /** As text. */
  body: string;
  events: AlertEvent[];
}

const READING = Stages.of<Verified, object>().add(parse).add(normalize).add(findDedupKey);

/** The parts of an integration that reading needs. */
const integration = {
  provider: alertmanager,
  config: { verification: { scheme: "hmac" }, idempotencyHeader: null, ignore: [] as string[] },
  secrets: [] as string[],
} as Received["integration"];

const ROUTE = new URL("http://127.0.0.1/");

/** Creates the function that verifies and reads a delivery. It returns a status for a delivery that it rejects. */
export async function createReader(secret: string) {
  const verify = await createVerifier(
    {
      scheme: "hmac",
      header: "x-webhook-signature",
      algorithm: "sha256",
      encoding: "hex",
      prefix: "",
      content: "{body}",
      toleranceSeconds: 300,
    },
    { current: secret },
  );
  return async (headers: Headers, bytes: Uint8Array<ArrayBuffer>): Promise<Read | { status: number }> => {
    const receivedAt = Date.now();
    const verification = await verify({ headers, url: ROUTE, body: bytes }, receivedAt);
    if (!verification.isVerified) return { status: 401 };
    const body = { bytes, isTooLarge: false, announcedBytes: bytes.length };
    const request = {
      id: uuidv7(),
      url: ROUTE,
      path: "",
      headers,
      body,
      receivedAt,
      isLoop: false,
      replayOf: null,
    };
    const read = await READING.run({ ...request, integration, verification }, {});
    if (read instanceof Rejection || read instanceof NewerConfig) return { status: 400 };
    return {
      dedupKey: read.dedupKey.value,
      headers: Object.fromEntries(headers),
      body: new TextDecoder().decode(bytes),
      events: read.events as AlertEvent[],
    };
  };
}
