/** The forms of a delivery on its way through the pipeline. Each stage takes one form and returns the next, or a rejection. */
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import type { DedupKey } from "../alerts/dedup-key.ts";
import type { AlertEvent, EventOutcome, UnreadableEvent } from "../alerts/event.ts";
import type { DeliveryStatus } from "../alerts/model.ts";
import type { Provider, ProviderInput, Reading } from "../providers/provider.ts";
import type { VerificationResult, Verifier } from "../verification/verifier.ts";
import type { ReadBody } from "./read-body.ts";

/** A request as it arrived, before anything was checked. */
export interface IncomingRequest {
  /** UUIDv7: the id of the delivery, and of the request. */
  id: string;
  url: URL;
  /** The part of the URL after the ingest URL, such as `/v2/alerts`; empty for the ingest URL itself. */
  path: string;
  headers: Headers;
  body: ReadBody;
  /** Unix ms. */
  receivedAt: number;
  /** A subscription of this deployment sent it. */
  isLoop: boolean;
  /** The stored delivery that this one replays; null: it comes from a source. */
  replayOf: ReplayedDelivery | null;
}

/** Fields that a replay copies from the stored delivery, so that it is read as it was the first time. */
export interface ReplayedDelivery {
  id: string;
  /** Unix ms. */
  receivedAt: number;
  /** The record of its verification. */
  verification: Record<string, unknown>;
}

/** An integration ready for its deliveries: keys imported, provider found. */
export interface LoadedIntegration {
  config: IntegrationConfig;
  provider: Provider;
  verify: Verifier;
  /** The secrets in plain text. For redaction only. */
  secrets: string[];
  /** When its keys were imported, in Unix ms. */
  loadedAt: number;
  /** When the integration's object confirmed the config, in Unix ms. */
  confirmedAt: number;
}

/** A delivery with its integration. */
export interface Received extends IncomingRequest {
  integration: LoadedIntegration;
}

/** A delivery with its verification result. After redaction, headers, path and body hold no secret. */
export interface Verified extends Received {
  verification: VerificationResult;
}

/** A delivery with its parsed body. */
export interface Parsed extends Verified {
  input: ProviderInput;
  /** The bytes are JSON text that Postgres can store as text: UTF-8 without a byte order mark. */
  isJson: boolean;
  /** How the body had to be read, as phrases for the operator. */
  notes: string[];
}

/** A delivery with its events. */
export interface Normalized extends Parsed {
  reading: Reading;
  events: (AlertEvent | UnreadableEvent)[];
  /** Notes for the operator. */
  note: string | null;
}

/** A delivery with its dedup key: ready for the integration's object. */
export interface Submittable extends Normalized {
  dedupKey: DedupKey;
  /** The signature covers the idempotency key. */
  isKeySigned: boolean;
  eventsFingerprint: string;
  idempotencyKey: string | null;
  contentFingerprint: string;
}

/** A delivery with the object's decision: durable. */
export interface Decided extends Submittable {
  status: Exclude<DeliveryStatus, "REJECTED">;
  duplicateOf: string | null;
  outcomes: EventOutcome[];
  /** The alert key of each outcome. */
  alertKeys: (string | null)[];
  /** The decision in one sentence. */
  reason: string;
}
