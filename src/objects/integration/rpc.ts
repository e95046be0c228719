/**
 * The wire types between the edge and an integration's objects. Holds no logic.
 * During a deploy old and new versions talk to each other, so released types only gain optional fields.
 */
import type { AlertRef, AlertState } from "../../alerts/alert.ts";
import type { EarlyResolve } from "../../alerts/apply-event.ts";
import type { RememberedDelivery } from "../../alerts/decision.ts";
import type { DedupKey } from "../../alerts/dedup-key.ts";
import type { EventOutcome, IncomingEvent, UnreadableEvent } from "../../alerts/event.ts";
import type { HeartbeatSchedule } from "../../alerts/heartbeat-schedule.ts";
import type { Matcher } from "../../alerts/matchers.ts";
import type { AlertStatus, DeliveryStatus } from "../../alerts/model.ts";
import type { AlertUpdate } from "../../alerts/update-alert.ts";
import type { BodyKind, EntryJson } from "../../db/chunk.ts";
import type { ProblemType } from "../../lib/problem.ts";
import type { EncryptedSecret } from "../../lib/secret-box.ts";
import type { EmailRule } from "../../providers/email-rules.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import type { Totals } from "./totals.ts";

/** A copy of an integration's row in Postgres. `version` rises with every change. */
export interface IntegrationConfig {
  id: string;
  version: number;
  name: string;
  provider: string;
  teamId: string | null;
  isEnabled: boolean;
  isDeleted: boolean;
  deduplicationWindowMinutes: number;
  /** An unresolved alert without deliveries for this long is resolved; null: never. */
  autoResolveMinutes: number | null;
  /** A source without deliveries for this long has missed its heartbeat; null: it need not deliver. */
  heartbeatMinutes: number | null;
  /** When heartbeats are expected, instead of `heartbeatMinutes`. */
  heartbeatSchedule?: HeartbeatSchedule | null;
  /** Triggers whose labels match all of these are heartbeats. Empty: every delivery is one. */
  heartbeatMatchers?: readonly Matcher[];
  /** Maximum number of verified deliveries accepted per minute; null: no limit. */
  rateLimitPerMinute?: number | null;
  idempotencyHeader: string | null;
  ignore: string[];
  verification: VerificationSettings;
  /** The SNS topic whose subscription was confirmed first, if the settings name none. */
  pinnedTopic?: string;
  /** How the integration is sharded; undefined: it has one object and always had. */
  sharding?: Sharding;
  /** The shard that this copy is for; undefined: the first one. */
  shard?: number;
  /** The rules of the `email` provider. */
  emailRules?: readonly EmailRule[];
  /** The mapping of the `custom` or `email` provider. */
  mapping?: Mapping | null;
  /** The current secret first, then the previous one while a rotation overlaps. */
  secrets: EncryptedSecret[];
}

/** The numbers of objects that an integration has and had. */
export interface Sharding {
  shards: number;
  /** The number before the last change. The current shards take over the state of those shards. */
  previousShards: number;
  /** The highest number ever. Former shards may still have rows for Postgres. */
  most: number;
  /** The version of the config that introduced this number. */
  since: number;
}

/** A page of an object's state, on its way to the shard that takes it over. */
export interface StatePage {
  /** Remembered deliveries, each with its stored key (see `storedKey`). */
  dedupKeys: [string, RememberedDelivery][];
  /** By alert key. */
  earlyResolves: [string, EarlyResolve][];
  /** `lastActivityAt` in Unix ms. */
  alerts: { ref: AlertRef; alert: AlertState; lastActivityAt: number }[];
  heartbeats?: KeyedHeartbeat[];
  /** The sequence of the object's last outbox entry. */
  lastSequence: number;
  /** Null: this is the last page. */
  nextCursor: string | null;
}

/** The part of a delivery's record that no decision affects. */
export interface RequestRecord {
  /** A JSON object with the names of the columns in Postgres. */
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
  /** See DeliveryFacts. */
  isKeySigned: boolean;
  eventsFingerprint: string;
  idempotencyKey: string | null;
  contentFingerprint: string;
  events: (IncomingEvent | UnreadableEvent)[];
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
  /** How the delivery was verified, for its record. */
  verification: Record<string, unknown>;
  /** Notes for the operator. */
  note: string | null;
  /** See Arrival. */
  arrivedAt: number;
  /** The stored delivery that this one replays. A replay is never a duplicate. */
  replayOf?: string;
  /** The partition of all its events, if the integration is sharded. */
  partition?: number;
  /** The status codes of the answer, if they are not 202 and 200. */
  statusCodes?: { accepted: number; duplicate: number };
}

/** A delivery as it arrived. An isolate that does not know the integration sends it to the integration's first object. */
export interface RawDelivery {
  id: string;
  url: string;
  /** The part of the URL after the ingest URL: see IncomingRequest. */
  path: string;
  headers: [name: string, value: string][];
  /** At most 1 MiB, the start of a larger body. */
  body: Uint8Array<ArrayBuffer>;
  isBodyTooLarge: boolean;
  /** The Content-Length; null: there is none. */
  announcedBytes: number | null;
  /** Unix ms. */
  receivedAt: number;
  /** A subscription of this deployment sent it. */
  isLoop: boolean;
}

/** The answer to the sender of a delivery, and the result for measurements and the log. */
export interface DeliveryAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  result: DeliveryResult;
}

/** `failed`: an internal error, without a record. */
export type DeliveryResult =
  | { outcome: "accepted" | "duplicate" | "failed" }
  | { outcome: "rejected"; status: number; problem: ProblemType };

/** Identifies a call of `accept`. A repeated call has the same number and the same deliveries, and gets the same replies. */
export interface Call {
  caller: string;
  number: number;
}

/** A rejected delivery. */
export interface Rejection {
  id: string;
  configVersion: number;
  request: RequestRecord;
  body: Uint8Array;
  statusCode: number;
  reason: string;
  /** Records of unverified deliveries are bounded, because anyone can send them. */
  isVerified: boolean;
  verification: Record<string, unknown>;
  /** The stored delivery that was to be replayed. */
  replayOf?: string;
  /** How many rejections of the same class since the last one the edge did not send here. */
  omittedBefore: number;
  /** Whether another config might accept the delivery. */
  dependsOnConfig: boolean;
  /** The body could not be parsed, so no provider or mapping read it. */
  isBodyUnreadable: boolean;
}

/** The reply of `accept` for one delivery. */
export type AcceptReply =
  | {
      kind: "decided";
      status: Exclude<DeliveryStatus, "REJECTED">;
      duplicateOf: string | null;
      outcomes: EventOutcome[];
      /** The alert key of each outcome. */
      alertKeys: (string | null)[];
      /** The decision in one sentence. */
      reason: string;
    }
  | { kind: "newer-config"; config: IntegrationConfig }
  /** The object does not have the delivery's version of the config yet. */
  | { kind: "older-config" }
  | { kind: "unknown" }
  /** An internal error; nothing is recorded. */
  | { kind: "failed" }
  | {
      kind: "overloaded";
      retryAfterSeconds: number;
      /** The integration's own rate limit is reached; otherwise the outbox is full. */
      isLimit?: boolean;
    };

/** The reply of `reject`. */
export type RejectReply =
  | { kind: "recorded" }
  | { kind: "newer-config"; config: IntegrationConfig }
  /** The config is about to change, and the new one might accept the delivery. Nothing is recorded. */
  | { kind: "config-expected" }
  | { kind: "unknown" };

/** The reply of `receive`. The config is the newest one. */
export type ReceiveReply =
  | { kind: "answered"; answer: DeliveryAnswer; config: IntegrationConfig }
  /** The integration is sharded: the caller processes the delivery with this config, and submits it to the shards. */
  | { kind: "sharded"; config: IntegrationConfig }
  /** There is no such integration, or it is deleted. */
  | { kind: "unknown" };

/** The part of a delivery that a preview of the decision needs. */
export type PreviewRequest = Pick<
  Delivery,
  | "id"
  | "dedupKey"
  | "isKeySigned"
  | "eventsFingerprint"
  | "events"
  | "maxLatenessMs"
  | "arrivedAt"
  | "replayOf"
  | "partition"
>;

/** The decision that a delivery would get now. */
export interface DecisionPreview {
  status: Exclude<DeliveryStatus, "REJECTED">;
  duplicateOf: string | null;
  outcomes: EventOutcome[];
  reason: string;
  explanation: Record<string, unknown>;
}

export interface AlertUpdateRequest extends AlertUpdate {
  alerts: {
    id: string;
    /** The id of the first timeline entry. A repeated request has the same one, changes nothing, and gets the same result. */
    entryId: string;
    alertKey: string | null;
    /** The version that the request is based on; null: any. */
    expectedVersion: number | null;
  }[];
}

/** The result of an update for one alert. Instants are Unix ms. */
export type AlertUpdateResult =
  | {
      id: string;
      /** `unchanged`: the alert had the values already. `noted`: only the note was recorded. */
      kind: "changed" | "unchanged" | "noted";
      /** What it was before. */
      previous: Pick<AlertState, "status" | "snoozedUntil">;
      status: AlertStatus;
      version: number;
      acknowledgedAt: number | null;
      acknowledgedBy: string | null;
      acknowledgedByName: string | null;
      resolvedAt: number | null;
      closedAt: number | null;
      snoozedUntil: number | null;
    }
  | {
      id: string;
      kind: "illegal-move" | "illegal-snooze" | "version-mismatch" | "state-mismatch";
      status: AlertStatus;
      version: number;
      detail: string;
    }
  /** Another shard owns the alert. */
  | { id: string; kind: "elsewhere" }
  | { id: string; kind: "unknown" };

/** The reply of `updateAlerts`. `isFlushed`: Postgres has the changes; otherwise they are durable and will get there. */
export type AlertUpdateReply =
  | {
      kind: "decided";
      results: AlertUpdateResult[];
      isFlushed: boolean;
      sharding?: Sharding | undefined;
    }
  | { kind: "unknown" }
  | { kind: "overloaded"; retryAfterSeconds: number };

/** The heartbeat of an alert key: of a job, or of a server with an alert that always fires. Instants are Unix ms. */
export interface KeyedHeartbeat {
  /** The alert key of the events. */
  key: string;
  /** The title and the labels of the last event. */
  title: string;
  labels: Record<string, unknown> | null;
  lastReceivedAt: number;
  /** When the wait for the next heartbeat began: with the last one, or later with a change of the settings. */
  waitingSince: number;
}

/** An expected heartbeat. Instants are Unix ms. */
export interface WatchedHeartbeat {
  /** Null: of the integration as a whole. */
  key: string | null;
  title: string | null;
  /** Null: none since the settings changed. */
  lastReceivedAt: number | null;
  /** When the next heartbeat is expected; null: none is. */
  expectedAt: number | null;
  /** The unresolved missed-heartbeat alert; null: none. */
  alertId: string | null;
}

/** Instants are Unix ms. */
export interface HeartbeatState {
  /** When the longest current wait for a heartbeat began. */
  waitingSince: number;
  /** An unresolved missed-heartbeat alert; null: none. */
  missedHeartbeatAlertId: string | null;
  /** In the order of their keys. */
  heartbeats: WatchedHeartbeat[];
}

export interface OutboxStatus {
  rows: number;
  bytes: number;
  /** When the oldest row was accepted, in Unix ms; null: the outbox is empty. */
  oldestAt: number | null;
  quarantined: number;
  /** Rows written to Postgres in the last minute. */
  flushedLastMinute: number;
  lastError: string | null;
}

/** The state of an object for `/metrics`. */
export interface ObjectStats extends OutboxStatus {
  /** Failed flushes in a row, since the object was last loaded. */
  flushFailures: number;
  isHeartbeatMissed: boolean;
  totals: Totals;
}

/** A row that Postgres rejected for its data. Instants are Unix ms. */
export interface QuarantinedRow {
  row: number;
  /** The delivery in the row; null: the row has none, only changes of alerts. */
  deliveryId: string | null;
  /** The alerts whose state is in the row. */
  alertIds: string[];
  /** SQLSTATE and message of Postgres. */
  error: string;
  bytes: number;
  acceptedAt: number;
  quarantinedAt: number;
}

/** A quarantined row with its content, as Postgres was to get it. */
export interface QuarantinedRowDetail extends QuarantinedRow {
  entry: Omit<EntryJson, "body">;
  body: Uint8Array | null;
}

/** The config of an object after `configure`. */
export interface ConfigureReply {
  version: number;
  /** Whether it was older before, or none. */
  wasBehind: boolean;
}

/** The calls that an integration's object answers. */
export interface IntegrationObject {
  /**
   * Announces a config that is about to be written to Postgres. If the config does not arrive, the object reads it from there.
   * @returns the version of the config that the object has; 0: none
   */
  expectConfig(version: number): Promise<number>;
  /** Saves a config in the object, unless it has this version or a newer one. */
  configure(config: IntegrationConfig): Promise<ConfigureReply>;
  /** Null: the id is no integration. */
  config(): Promise<IntegrationConfig | null>;
  /** Verifies, reads and decides a delivery as it arrived, as the edge does otherwise. Its answer is final. */
  receive(delivery: RawDelivery): Promise<ReceiveReply>;
  /** Decides deliveries in their order. Those with the reply `decided` are durable. */
  accept(call: Call, deliveries: readonly Delivery[]): Promise<AcceptReply[]>;
  /** Records a rejected delivery. */
  reject(rejection: Rejection): Promise<RejectReply>;
  /** Decides and records nothing; null: the id is no integration. */
  previewDecision(delivery: PreviewRequest): Promise<DecisionPreview | null>;
  /** Pins the integration's SNS topic unless it has one. @returns the topic that it has */
  pinTopic(topicArn: string): Promise<string>;
  /** Updates alerts. Replies once Postgres has the changes, or after ten seconds. */
  updateAlerts(request: AlertUpdateRequest): Promise<AlertUpdateReply>;
  getHeartbeat(): Promise<HeartbeatState>;
  /** Notifies the first shard of a delivery to another one. */
  pingHeartbeat(): Promise<void>;
  getStats(): Promise<ObjectStats>;
  /** @param after the last row of the page before; 0: from the beginning */
  listQuarantine(after: number, limit: number): Promise<QuarantinedRow[]>;
  getQuarantinedRow(row: number): Promise<QuarantinedRowDetail | null>;
  /** Moves a row, or all (null), back into the outbox. @returns the number of rows */
  retryQuarantine(row: number | null): Promise<number>;
  discardQuarantinedRow(row: number): Promise<QuarantinedRow | null>;
  /** Takes over the state that belongs to this shard since the last change of their number. Idempotent. */
  rebalance(): Promise<void>;
  /** A page of the state of these partitions. The object gets the config first, so that it stops deciding for them. */
  exportState(config: IntegrationConfig, partitions: readonly number[], cursor: string | null): Promise<StatePage>;
  /** Deletes the state of partitions that another shard took over. @param since see Sharding */
  releasePartitions(since: number, partitions: readonly number[]): Promise<void>;
}
