/** What the edge and the integration's object say to each other. Both sides of a deploy may speak it: only add to it. */
import type { Action, AlertStatus, DeliveryStatus, Outcome, Severity } from "../alerts/model.ts";
import type { BodyKind } from "../db/write-batch.ts";
import type { Mapping } from "../providers/mapping.ts";
import type { LiveAlert, SeenDelivery } from "./decide.ts";
import type { Totals } from "./totals.ts";
import type { SealedSecret } from "../lib/secret-box.ts";
import type { VerificationSettings } from "../verify/settings.ts";

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
  /** Silence longer than this is an alert of Tocsin's own; null: any silence is fine. */
  expectedEveryMinutes: number | null;
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
  secrets: SealedSecret[];
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
  slot: string;
  alert: LiveAlert;
  /** When something was last heard of it, in Unix ms. */
  heardAt: number;
}

/** A page of what an object remembers. */
export interface MemoryPage {
  /** Deliveries, each with the key of its identity. */
  seen: [string, SeenDelivery][];
  alerts: RememberedAlert[];
  /** The number of its last decision. */
  lastRow: number;
  /** Where the next page begins; null: this is the last one. */
  next: string | null;
}

/** Who a delivery says it is: the id that its source gave it, else a hash of its content. */
export interface Identity {
  kind: "key" | "fingerprint";
  value: string;
}

/** An event as the object needs it: what decides, and the rest as JSON text that it never opens. */
export interface IncomingEvent {
  action: Action;
  alertKey: string | null;
  severity: Severity;
  /** Unix ms by the source's clock; null when it gave no date. */
  occurredAt: number | null;
  /** JSON of AlertContent. */
  content: string;
}

/** An element of a batch that could not be read: it keeps its place in the answer. */
export interface UnreadableElement {
  unreadable: string;
}

/** The part of an alert that no decision depends on. */
export interface AlertContent {
  externalId: string | null;
  title: string;
  description: string | null;
  source: string | null;
  url: string | null;
  metadata: Record<string, unknown>;
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
  identity: Identity;
  idempotencyKey: string | null;
  contentFingerprint: string;
  events: (IncomingEvent | UnreadableElement)[];
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
  /** What the edge found out and an operator should know. */
  verification: Record<string, unknown>;
  note: string | null;
  /** The delivery that this one repeats on somebody's wish: it is no duplicate, whatever came before. */
  replayOf?: string;
  /** The bucket that all of it falls into, where several objects share the work. */
  bucket?: number;
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

/** What one event of a delivery did. */
export interface EventOutcome {
  alertId: string | null;
  action: Action | null;
  outcome: Outcome;
  /** Why, where it is not plain. */
  detail?: string;
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
  | { id: string; kind: "conflict" | "other-version"; status: AlertStatus; version: number; detail: string }
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
export interface Watch {
  /** Since when a delivery is waited for. */
  waitingSince: number;
  /** The unresolved alert on its silence. */
  silenceAlertId: string | null;
}

/** The object's answer to `reject`. */
export type RejectReply =
  | { kind: "recorded" }
  | { kind: "newer-config"; config: IntegrationConfig }
  | { kind: "unknown" };

/** What of a delivery its forecast looks at. */
export type Foreseeable = Pick<Delivery, "id" | "identity" | "events" | "maxLatenessMs" | "bucket">;

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
  watch(): Promise<Watch>;
  outbox(): Promise<OutboxState>;
  meter(): Promise<Meter>;
  /** Takes over what the objects remember that decided before, if it has not. */
  settle(): Promise<void>;
  /** Gives what it remembers of buckets, page by page; from now on it goes by this config, and decides for them no more. */
  exportMemory(config: IntegrationConfig, buckets: readonly number[], after: string | null): Promise<MemoryPage>;
  /** Forgets buckets that another one has taken over since this version of the config. */
  releaseMemory(since: number, buckets: readonly number[]): Promise<void>;
  /** Hears that a delivery came to another one of the integration's objects. */
  hear(): Promise<void>;
  /** Rows that stand aside, from behind this one on, the oldest first. */
  listSetAside(after: number, limit: number): Promise<SetAsideRow[]>;
  getSetAside(row: number): Promise<SetAsideRecord | null>;
  /** Puts rows that stand aside, or this one alone (else null), back into the outbox. Returns how many. */
  retrySetAside(row: number | null): Promise<number>;
  /** Gives a row up; null: there is no such row. */
  discardSetAside(row: number): Promise<SetAsideRow | null>;
}

/** How the outbox stands. */
export interface OutboxState {
  rows: number;
  bytes: number;
  /** When the oldest row was accepted, in Unix ms. */
  oldestAt: number | null;
  /** Rows that Postgres refused for their data. */
  setAside: number;
  /** Rows that Postgres took in the last minute. */
  flushedLastMinute: number;
  lastError: string | null;
}

/** What is measured of an object. */
export interface Meter extends OutboxState {
  /** How often in a row Postgres did not take a batch, since the object was last in memory. */
  flushFailures: number;
  /** An alert on the integration's silence is unresolved. */
  isSilent: boolean;
  totals: Totals;
}

/** A row that Postgres refused for its data. Instants are Unix ms. */
export interface SetAsideRow {
  row: number;
  /** The delivery that it holds; null: it holds more of one in another row, or a change that none brought about. */
  deliveryId: string | null;
  /** The alerts whose new state it holds. */
  alertIds: string[];
  /** SQLSTATE and Postgres's message. */
  error: string;
  bytes: number;
  acceptedAt: number;
  setAsideAt: number;
}

/** The same with what it holds, as Postgres was to have it. */
export interface SetAsideRecord extends SetAsideRow {
  delivery: string | null;
  alerts: string;
  events: string;
  body: Uint8Array | null;
}
