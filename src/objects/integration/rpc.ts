/** What the edge and the integration's object say to each other. Both sides of a deploy may speak it: only add to it. */
import type { AlertState } from "../../alerts/alert.ts";
import type { DedupKey } from "../../alerts/dedup-key.ts";
import type { EventOutcome, IncomingEvent, UnreadableEvent } from "../../alerts/event.ts";
import type { AlertStatus, DeliveryStatus } from "../../alerts/model.ts";
import type { BodyKind } from "../../db/write-batch.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { RememberedDelivery } from "../../alerts/decide.ts";
import type { Totals } from "./totals.ts";
import type { EncryptedSecret } from "../../lib/secret-box.ts";
import type { VerificationSettings } from "../../verification/settings.ts";

/** What the edge needs to know of an integration. A copy of its row; `version` rises with every change. */
export interface IntegrationConfig {
  id: string;
  version: number;
  name: string;
  provider: string;
  teamId: string | null;
  isEnabled: boolean;
  isDeleted: boolean;
  deduplicationWindowMinutes: number;
  /** Unresolved alerts that nothing was heard of for so long are resolved; null: never. */
  autoResolveMinutes: number | null;
  /** Silence longer than this is an alert of Tocsin's own; null: any missedHeartbeat is fine. */
  heartbeatMinutes: number | null;
  /** Verified deliveries that are taken in a minute; null: as many as there is room for. */
  rateLimitPerMinute?: number | null;
  idempotencyHeader: string | null;
  ignore: string[];
  verification: VerificationSettings;
  /** The SNS topic whose subscription was confirmed first, where the settings name none. */
  pinnedTopic?: string;
  /** How several objects share the work; none: one does it all, and always did. */
  sharding?: Sharding;
  /** Which of them this copy is for; the first one if it does not say. */
  shard?: number;
  /** How the `custom` provider reads. */
  mapping?: Mapping | null;
  /** The present secret first, then the previous one while a rotation overlaps. */
  secrets: EncryptedSecret[];
}

/** How several objects share an integration's work: see shards.ts. */
export interface Sharding {
  /** How many decide. */
  shards: number;
  /** How many did before: the present ones took over what those remembered. */
  previousShards: number;
  /** How many there ever were: those that decide no more may still have something for Postgres. */
  most: number;
  /** The version of the config that brought this number. */
  since: number;
}

/** An alert as an object remembers it. */
export interface RememberedAlert {
  ref: string;
  alert: AlertState;
  /** When something was last heard of it, in Unix ms. */
  heardAt: number;
}

/** A page of what an object remembers. */
export interface StatePage {
  /** Deliveries, each with the key of its dedupKey. */
  seen: [string, RememberedDelivery][];
  alerts: RememberedAlert[];
  /** The number of its last decision. */
  lastRow: number;
  /** Where the next page begins; null: this is the last one. */
  next: string | null;
}

/** What the edge knows of a request, whatever becomes of it. */
export interface RequestRecord {
  /** The columns of its row that no decision touches, as a JSON object with the names of the schema. */
  columns: string;
  bodyKind: BodyKind;
}

/** A verified, readable delivery. */
export interface Delivery {
  id: string;
  configVersion: number;
  request: RequestRecord;
  body: Uint8Array;
  dedupKey: DedupKey;
  idempotencyKey: string | null;
  contentFingerprint: string;
  events: (IncomingEvent | UnreadableEvent)[];
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
  /** What the edge found out and an operator should know. */
  verification: Record<string, unknown>;
  note: string | null;
  /** The delivery that this one repeats on somebody's wish: it is no duplicate, whatever came before. */
  replayOf?: string;
  /** The partition that all of it falls into, where several objects share the work. */
  partition?: number;
  /** How it will be answered, where that is not 202 and 200. */
  statusCodes?: { accepted: number; duplicate: number };
}

/** Which call of `accept` it is: the same when it is made again because its answer was lost on its way. */
export interface Call {
  /** Whoever makes one call at a time: an isolate has as many of them as calls under way. */
  caller: string;
  number: number;
}

/** A delivery that was refused. */
export interface Rejection {
  id: string;
  configVersion: number;
  request: RequestRecord;
  body: Uint8Array;
  statusCode: number;
  reason: string;
  /** Whether it proved that it knows the secret. If not, a stranger may have sent it, and its trace is bounded. */
  isVerified: boolean;
  verification: Record<string, unknown>;
  /** The delivery that was to be replayed. */
  replayOf?: string;
  /** How many refusals the edge had to leave without a row of their own since the last one. */
  omittedBefore: number;
}

/** The object's answer to `accept`. */
export type AcceptReply =
  | {
      kind: "decided";
      status: Exclude<DeliveryStatus, "REJECTED">;
      duplicateOf: string | null;
      outcomes: EventOutcome[];
      /** Beside each outcome, the key of its alert. */
      alertKeys: (string | null)[];
    }
  | { kind: "newer-config"; config: IntegrationConfig }
  /** One of several objects that has not heard of the present config yet. */
  | { kind: "older-config" }
  | { kind: "unknown" }
  /** A fault of ours; nothing is recorded. */
  | { kind: "failed" }
  | {
      kind: "overloaded";
      retryAfterSeconds: number;
      /** The integration's own limit was reached, not the object's. */
      isLimit?: boolean;
    };

/** A wish to move alerts to another status. */
export interface StatusChange {
  /** The same when it is asked again because an answer was lost on its way. */
  id: string;
  alerts: {
    id: string;
    alertKey: string | null;
    /** The version that the wish is based on; null: any. */
    expectedVersion: number | null;
  }[];
  status: AlertStatus;
  note: string | null;
  /** `api:<key id>` or `user:<id>`. */
  actor: string;
}

/** What became of the wish for one alert. Instants are Unix ms. */
export type StatusChangeResult =
  | {
      id: string;
      kind: "changed";
      status: AlertStatus;
      version: number;
      acknowledgedAt: number | null;
      resolvedAt: number | null;
      closedAt: number | null;
    }
  | { id: string; kind: "illegal-move" | "version-mismatch"; status: AlertStatus; version: number; detail: string }
  /** Another one of the integration's objects decides on it. */
  | { id: string; kind: "elsewhere" }
  | { id: string; kind: "unknown" };

/** The object's answer to `change`. `isFlushed`: Postgres has it; otherwise it is durable and will get there. */
export type StatusChangeReply =
  | {
      kind: "decided";
      results: StatusChangeResult[];
      isFlushed: boolean;
      /** How several objects share the work, if they do. */
      sharding?: Sharding | undefined;
    }
  | { kind: "unknown" }
  | { kind: "overloaded"; retryAfterSeconds: number };

/** What an integration watches for. Instants are Unix ms. */
export interface HeartbeatState {
  /** Since when a delivery is waited for. */
  waitingSince: number;
  /** The unresolved alert on its missedHeartbeat. */
  missedHeartbeatAlertId: string | null;
}

/** The object's answer to `reject`. */
export type RejectReply =
  | { kind: "recorded" }
  | { kind: "newer-config"; config: IntegrationConfig }
  | { kind: "unknown" };

/** What of a delivery its forecast looks at. */
export type Foreseeable = Pick<Delivery, "id" | "dedupKey" | "events" | "maxLatenessMs" | "partition">;

/** What the object would decide on a delivery, and why. */
export interface Forecast {
  status: Exclude<DeliveryStatus, "REJECTED">;
  duplicateOf: string | null;
  outcomes: EventOutcome[];
  reason: string;
  explanation: Record<string, unknown>;
}

/** What the object answers to, as its callers see it. */
export interface IntegrationObject {
  configure(config: IntegrationConfig): Promise<void>;
  config(): Promise<IntegrationConfig | null>;
  accept(call: Call, deliveries: readonly Delivery[]): Promise<AcceptReply[]>;
  reject(rejection: Rejection): Promise<RejectReply>;
  /** Decides and records nothing; null: it is no integration. */
  forecast(delivery: Foreseeable): Promise<Forecast | null>;
  /** Takes this topic for the integration's unless it has one; returns the one that it has. */
  pinTopic(topicArn: string): Promise<string>;
  /** Moves alerts to another status, in one order with their events; answers when Postgres has it, or cannot for now. */
  change(change: StatusChange): Promise<StatusChangeReply>;
  getHeartbeat(): Promise<HeartbeatState>;
  getOutboxStatus(): Promise<OutboxStatus>;
  getStats(): Promise<ObjectStats>;
  /** Takes over what the objects remember that decided before, if it has not. */
  settle(): Promise<void>;
  /** Gives what it remembers of partitions, page by page; from now on it goes by this config, and decides for them no more. */
  exportState(config: IntegrationConfig, partitions: readonly number[], after: string | null): Promise<StatePage>;
  /** Forgets partitions that another one has taken over since this version of the config. */
  releasePartitions(since: number, partitions: readonly number[]): Promise<void>;
  /** Hears that a delivery came to another one of the integration's objects. */
  hear(): Promise<void>;
  /** Rows that stand aside, from behind this one on, the oldest first. */
  listQuarantine(after: number, limit: number): Promise<QuarantinedRow[]>;
  getQuarantinedRow(row: number): Promise<QuarantinedRowDetail | null>;
  /** Puts rows that stand aside, or this one alone (else null), back into the outbox. Returns how many. */
  retryQuarantine(row: number | null): Promise<number>;
  /** Gives a row up; null: there is no such row. */
  discardQuarantinedRow(row: number): Promise<QuarantinedRow | null>;
}

/** How the outbox stands. */
export interface OutboxStatus {
  rows: number;
  bytes: number;
  /** When the oldest row was accepted, in Unix ms. */
  oldestAt: number | null;
  /** Rows that Postgres refused for their data. */
  quarantined: number;
  /** Rows that Postgres took in the last minute. */
  flushedLastMinute: number;
  lastError: string | null;
}

/** What is measured of an object. */
export interface ObjectStats extends OutboxStatus {
  /** How often in a row Postgres did not take a batch, since the object was last in memory. */
  flushFailures: number;
  /** An alert on the integration's missedHeartbeat is unresolved. */
  isHeartbeatMissed: boolean;
  totals: Totals;
}

/** A row that Postgres refused for its data. Instants are Unix ms. */
export interface QuarantinedRow {
  row: number;
  /** The delivery that it holds; null: it holds more of one in another row, or a change that none brought about. */
  deliveryId: string | null;
  /** The alerts whose new state it holds. */
  alertIds: string[];
  /** SQLSTATE and Postgres's message. */
  error: string;
  bytes: number;
  acceptedAt: number;
  quarantinedAt: number;
}

/** The same with what it holds, as Postgres was to have it. */
export interface QuarantinedRowDetail extends QuarantinedRow {
  delivery: string | null;
  alerts: string;
  events: string;
  body: Uint8Array | null;
}
