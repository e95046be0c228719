/** Integrations, their deliveries and alerts, and subscriptions. */
import { type SQL, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  jsonb,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { HeartbeatSchedule } from "../../alerts/heartbeat-schedule.ts";
import type { Matcher } from "../../alerts/matchers.ts";
import { DELIVERY_STATUSES, ENTRY_TYPES, SEVERITIES, STATUSES } from "../../alerts/model.ts";
import type { Location } from "../../lib/locations.ts";
import type { EmailRule } from "../../providers/email-rules.ts";
import { teams } from "./access.ts";
import { bytea, instant, transactionId } from "./columns.ts";

export const alertSeverity = pgEnum("alert_severity", SEVERITIES);
export const alertStatus = pgEnum("alert_status", STATUSES);
export const deliveryStatus = pgEnum("delivery_status", DELIVERY_STATUSES);
export const timelineEntryType = pgEnum("timeline_entry_type", ENTRY_TYPES);

/** The team of a row for unique indexes, in which nulls would be distinct. */
const ofTeam = (teamId: AnyPgColumn): SQL => sql`coalesce(${teamId}, '00000000-0000-0000-0000-000000000000'::uuid)`;

/**
 * Connected sources. `version` rises with every change. The Durable Objects of the integration have a copy of the row. Secrets are AES-GCM
 * ciphertexts, each with the id of its key.
 */
export const integrations = pgTable(
  "integrations",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id),
    name: text("name").notNull(),
    /** The name that the client gave, for idempotent creation. */
    externalName: text("external_name"),
    provider: text("provider").notNull(),

    isEnabled: boolean("is_enabled").notNull().default(true),
    deduplicationWindowMinutes: integer("deduplication_window_minutes").notNull().default(15),
    /** Unresolved alerts without an event for this many minutes are resolved; null: never. */
    autoResolveMinutes: integer("auto_resolve_minutes"),
    /** The source must deliver at least this often; null: it has no heartbeat. */
    heartbeatMinutes: integer("heartbeat_minutes"),
    /** The times at which heartbeats are expected, instead of `heartbeat_minutes`. */
    heartbeatSchedule: jsonb("heartbeat_schedule").$type<HeartbeatSchedule>(),
    /** Alerts with these labels are heartbeats. */
    heartbeatMatchers: jsonb("heartbeat_matchers").$type<Matcher[]>().notNull().default([]),
    /** Verified deliveries per minute; null: only INGEST_LIMITER applies. */
    rateLimitPerMinute: integer("rate_limit_per_minute"),
    /** The number of shards now, before the last change, and the highest ever. */
    shards: integer("shards").notNull().default(1),
    previousShards: integer("previous_shards").notNull().default(1),
    mostShards: integer("most_shards").notNull().default(1),
    /** The version that changed the number of shards; null: it never changed. */
    shardsSince: integer("shards_since"),
    /** The location hint with which the objects were created (src/lib/locations.ts); null: near the first request. Never changes. */
    location: text("location").$type<Location>(),
    /** The request header with the idempotency key of this source, in addition to the well-known headers. */
    idempotencyHeader: text("idempotency_header"),
    /** JSON Pointers (RFC 6901) to parts of the body that the content fingerprint ignores. */
    ignore: text("ignore")
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    mapping: jsonb("mapping"),
    /** How the provider `email` reads states and keys. */
    emailRules: jsonb("email_rules").$type<EmailRule[]>().notNull().default([]),

    verification: jsonb("verification").notNull(),
    secretCiphertext: text("secret_ciphertext").notNull(),
    secretKeyId: text("secret_key_id").notNull(),
    previousSecretCiphertext: text("previous_secret_ciphertext"),
    previousSecretKeyId: text("previous_secret_key_id"),
    previousSecretExpiresAt: instant("previous_secret_expires_at"),

    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    deletedAt: instant("deleted_at"),
  },
  (t) => [
    // GET /v1/integrations, newest first
    index("integrations_created_at_id_idx").on(t.createdAt, t.id),
    index("integrations_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
    // Idempotent creation, and GET /v1/integrations?externalName=
    uniqueIndex("integrations_external_name_key")
      .on(t.externalName, ofTeam(t.teamId))
      .where(sql`${t.externalName} is not null and ${t.deletedAt} is null`),
    check("integrations_shards_check", sql`${t.shards} between 1 and 16`),
    check("integrations_deduplication_window_minutes_check", sql`${t.deduplicationWindowMinutes} between 0 and 10080`),
  ],
);

/** The text of an alert that free text in `query` searches. Queries must use this expression, which has an index. */
export const searchText = ({ title, description }: Record<"title" | "description", AnyPgColumn>): SQL =>
  sql`${title} || E'\\n' || coalesce(${description}, '')`;

/**
 * Alerts. Only the Durable Object of the integration writes them: whole rows under a guard on `version`, so that a batch can
 * be repeated or arrive out of order. A repeated event changes columns of an index at most once an hour, and the pages keep room
 * for another version of a row (`fillfactor`, see drizzle/), so that Postgres need not write every index again.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: uuid("id").primaryKey(),
    integrationId: uuid("integration_id")
      .notNull()
      .references(() => integrations.id),
    teamId: uuid("team_id"),
    /** Ties the events of one alert together. Null: the source sent none, so each trigger opens an alert. */
    alertKey: text("alert_key"),
    externalId: text("external_id"),

    title: text("title").notNull(),
    description: text("description"),
    severity: alertSeverity("severity").notNull(),
    status: alertStatus("status").notNull(),
    /** The affected host, service or check. */
    source: text("source"),
    url: text("url"),
    metadata: jsonb("metadata")
      .notNull()
      .default(sql`'{}'::jsonb`),
    occurrences: integer("occurrences").notNull().default(1),

    triggeredAt: instant("triggered_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    /** The hour of `last_seen_at`, which is not in an index: a repeated event changes only the time, not the hour. */
    lastSeenHour: instant("last_seen_hour")
      .notNull()
      .generatedAlwaysAs(sql`date_bin('1 hour', last_seen_at, timestamptz '2000-01-01 00:00:00Z')`),
    acknowledgedAt: instant("acknowledged_at"),
    /** Who acknowledged it: an actor, as in the timeline. Null: it is not acknowledged, or was not before it ended. */
    acknowledgedBy: text("acknowledged_by"),
    /** The name of that actor at the time, if known. */
    acknowledgedByName: text("acknowledged_by_name"),
    resolvedAt: instant("resolved_at"),
    closedAt: instant("closed_at"),
    /** Muted until then. Null: not snoozed. A time in the past: the snooze is over. */
    snoozedUntil: instant("snoozed_until"),

    version: integer("version").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/alerts without status or severity, its text and label search by time, and GET /v1/stats: one for each scope
    index("alerts_triggered_at_id_idx").on(t.triggeredAt, t.id),
    index("alerts_team_id_triggered_at_id_idx").on(t.teamId, t.triggeredAt, t.id),
    index("alerts_integration_id_triggered_at_id_idx").on(t.integrationId, t.triggeredAt, t.id),
    // GET /v1/alerts with status or severity, counts, and retention: one for each scope (src/db/index-merge.ts)
    index("alerts_status_severity_triggered_at_id_idx").on(t.status, t.severity, t.triggeredAt, t.id),
    index("alerts_team_id_status_severity_triggered_at_id_idx").on(t.teamId, t.status, t.severity, t.triggeredAt, t.id),
    index("alerts_integration_id_status_severity_triggered_at_id_idx").on(
      t.integrationId,
      t.status,
      t.severity,
      t.triggeredAt,
      t.id,
    ),
    // The end of the next snooze, for the Feed
    index("alerts_snoozed_until_idx")
      .on(t.snoozedUntil)
      .where(sql`${t.snoozedUntil} is not null`),
    // GET /v1/alerts?sort=lastSeenAt: one for each scope; the rows of an hour are sorted. The first is partial, and only a
    // list of all alerts states its condition. Otherwise, Postgres would scan it for a list of a team
    index("alerts_last_seen_hour_idx")
      .on(t.lastSeenHour)
      .where(sql`${t.lastSeenHour} > '-infinity'`),
    index("alerts_team_id_last_seen_hour_idx").on(t.teamId, t.lastSeenHour),
    index("alerts_integration_id_last_seen_hour_idx").on(t.integrationId, t.lastSeenHour),
    // GET /v1/alerts?alertKey=, externalId=, source=, acknowledgedBy=, whole or by their start; common ones in the order of the list
    index("alerts_alert_key_triggered_at_id_idx")
      .on(t.alertKey.op("text_pattern_ops"), t.triggeredAt, t.id)
      .where(sql`${t.alertKey} is not null`),
    index("alerts_external_id_idx")
      .on(t.externalId.op("text_pattern_ops"))
      .where(sql`${t.externalId} is not null`),
    index("alerts_source_triggered_at_id_idx")
      .on(t.source.op("text_pattern_ops"), t.triggeredAt, t.id)
      .where(sql`${t.source} is not null`),
    index("alerts_acknowledged_by_idx")
      .on(t.acknowledgedBy.op("text_pattern_ops"))
      .where(sql`${t.acknowledgedBy} is not null`),
    index("alerts_acknowledged_by_name_idx")
      .using("btree", sql`lower(${t.acknowledgedByName}) text_pattern_ops`)
      .where(sql`${t.acknowledgedByName} is not null`),
    // GET /v1/alerts with rare text in `query`. One expression, because title and description share most trigrams
    index("alerts_text_idx").using("gin", sql`(${searchText(t)}) gin_trgm_ops`),
    // GET /v1/alerts?label.name= for rare labels
    index("alerts_metadata_idx").using("gin", t.metadata.op("jsonb_path_ops")),
  ],
);

/**
 * Outbound webhooks for timeline entries, of a team or (`team_id` null) of the whole platform. The cursor, pending messages
 * and dead letters of a subscription are in its Durable Object.
 */
export const subscriptions = pgTable(
  "subscriptions",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id),
    name: text("name").notNull(),
    /** The name that the client gave, for idempotent creation. */
    externalName: text("external_name"),
    url: text("url").notNull(),
    /** `{ status, severity, type, integrationId, labels }`; a missing field matches everything. */
    filter: jsonb("filter").notNull(),
    isEnabled: boolean("is_enabled").notNull().default(true),
    /** When its endpoint ended it by answering 410; null: not, or it was enabled again. */
    endedAt: instant("ended_at"),
    /** The timeline cursor that it started after. */
    startedAfter: text("started_after").notNull(),

    secretCiphertext: text("secret_ciphertext").notNull(),
    secretKeyId: text("secret_key_id").notNull(),
    previousSecretCiphertext: text("previous_secret_ciphertext"),
    previousSecretKeyId: text("previous_secret_key_id"),
    previousSecretExpiresAt: instant("previous_secret_expires_at"),

    /** The product that messages are made for; null: they are Standard Webhooks. */
    preset: text("preset"),
    /** JSONata that makes the body. */
    expression: text("expression"),
    /** Names of the custom headers. */
    headerNames: jsonb("header_names").$type<string[]>().notNull().default([]),
    hasPresetKey: boolean("has_preset_key").notNull().default(false),
    /** Values of the custom headers, and the key of the preset, as one ciphertext. */
    credentialsCiphertext: text("credentials_ciphertext"),
    credentialsKeyId: text("credentials_key_id"),

    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/subscriptions, newest first; and the subscriptions that a batch of a team must wake
    index("subscriptions_created_at_id_idx").on(t.createdAt, t.id),
    index("subscriptions_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
    // Idempotent creation, and GET /v1/subscriptions?externalName=
    uniqueIndex("subscriptions_external_name_key")
      .on(t.externalName, ofTeam(t.teamId))
      .where(sql`${t.externalName} is not null`),
  ],
);

/**
 * The timelines of alerts: one entry for each recorded change. `version`, `status` and `severity` are those of the alert after
 * the entry. There are no foreign keys to alerts and deliveries, because a row that Postgres rejects goes into quarantine and
 * must not block the rows that refer to it.
 */
export const alertTimeline = pgTable(
  "alert_timeline",
  {
    id: uuid("id").primaryKey(),
    alertId: uuid("alert_id").notNull(),
    deliveryId: uuid("delivery_id"),
    type: timelineEntryType("type").notNull(),
    /** `source`, `api:<key id>`, `user:<id>` or `tocsin`. */
    actor: text("actor").notNull(),
    /** The name of the person, API key or sender, if known. */
    actorName: text("actor_name"),
    version: integer("version").notNull(),
    status: alertStatus("status").notNull(),
    severity: alertSeverity("severity").notNull(),
    changes: jsonb("changes")
      .notNull()
      .default(sql`'{}'::jsonb`),
    /** Comment of a person or an API client, or the reason of Tocsin. */
    note: text("note"),
    /** The time by the source's clock; null: the source sent no date. */
    occurredAt: instant("occurred_at"),
    recordedAt: instant("recorded_at").notNull(),
    /** The transaction that wrote the entry: it orders the timeline feed (src/db/timeline.ts). */
    recordedXid: transactionId("recorded_xid")
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (t) => [
    // GET /v1/alerts/{id}/timeline, GET /v1/deliveries?alertId=, and retention
    index("alert_timeline_alert_id_version_id_idx").on(t.alertId, t.version, t.id),
    // GET /v1/timeline, its stream, and subscriptions
    index("alert_timeline_recorded_xid_version_id_idx").on(t.recordedXid, t.version, t.id),
  ],
);

/** Characters of a fingerprint in its index. */
export const FINGERPRINT_START = 16;

/** The part of the content fingerprint that has an index. Queries must use this expression. */
export const fingerprintStart = ({ contentFingerprint }: Record<"contentFingerprint", AnyPgColumn>): SQL =>
  sql`left(${contentFingerprint}, ${sql.raw(String(FINGERPRINT_START))})`;

/**
 * Whether a delivery has unreadable events. Queries must use this expression, which has an index. The planner knows from
 * statistics that it holds for few rows; it would not know of `-> … is not null`.
 */
export const hasUnreadableEvents = ({ decision }: Record<"decision", AnyPgColumn>): SQL =>
  sql`${decision} ? 'unreadableEvents'`;

/**
 * The HTTP requests that reached an integration: accepted, duplicate and rejected. The body is stored byte for byte in
 * `raw_payload` (Postgres `json` keeps the text unchanged) or, if it is no JSON for Postgres, in `raw_body`; never in both.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: uuid("id").primaryKey(),
    integrationId: uuid("integration_id")
      .notNull()
      .references(() => integrations.id),
    teamId: uuid("team_id"),
    /** Rises with each decision of the integration's object; unique within it. */
    sequence: bigint("sequence", { mode: "number" }).notNull(),

    status: deliveryStatus("status").notNull(),
    statusCode: integer("status_code").notNull(),
    /** The first alert of the delivery; for a duplicate, of the original delivery. */
    alertId: uuid("alert_id"),
    /** `[{ alertId, action, outcome, detail? }]`, one for each event of the delivery. */
    events: jsonb("events").notNull(),
    /** The reason of the decision, as text. */
    reason: text("reason"),
    /** The reason as data: dedup key, first delivery, end of the dedup window, verification result, unreadable events. */
    decision: jsonb("decision").notNull(),
    error: text("error"),

    idempotencyKey: text("idempotency_key"),
    contentFingerprint: text("content_fingerprint"),
    duplicateOf: uuid("duplicate_of"),
    replayOf: uuid("replay_of"),

    /** The request headers with lower-case names; credentials and signatures are redacted. */
    headers: jsonb("headers").notNull(),
    contentType: text("content_type"),
    sourceIp: text("source_ip"),
    rawPayload: json("raw_payload"),
    rawBody: bytea("raw_body"),
    /** The length of the received body in bytes, even if only its start is stored. Null: unknown. */
    bodyBytes: integer("body_bytes"),
    isBodyCut: boolean("is_body_cut").notNull().default(false),

    receivedAt: instant("received_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/deliveries, stats, replays and retention: one for each scope, one range for each status (src/db/index-merge.ts)
    index("webhook_deliveries_status_received_at_id_idx").on(t.status, t.receivedAt, t.id),
    index("webhook_deliveries_team_id_status_received_at_id_idx").on(t.teamId, t.status, t.receivedAt, t.id),
    index("webhook_deliveries_integration_id_status_received_at_id_idx").on(
      t.integrationId,
      t.status,
      t.receivedAt,
      t.id,
    ),
    // GET /v1/deliveries/reasons, and GET /v1/deliveries?query=unreadable:true, of every scope. Deliveries that were read are not in it
    index("webhook_deliveries_unreadable_status_received_at_id_idx")
      .on(t.status, t.receivedAt, t.id)
      .where(hasUnreadableEvents(t)),
    // GET /v1/deliveries?alertId=: the deliveries of an alert, and their duplicates
    index("webhook_deliveries_alert_id_idx").on(t.alertId),
    index("webhook_deliveries_duplicate_of_idx")
      .on(t.duplicateOf)
      .where(sql`${t.duplicateOf} is not null`),
    // GET /v1/deliveries?replayOf=
    index("webhook_deliveries_replay_of_idx")
      .on(t.replayOf)
      .where(sql`${t.replayOf} is not null`),
    // GET /v1/deliveries?statusCode=, of every scope
    index("webhook_deliveries_status_code_received_at_id_idx").on(t.statusCode, t.receivedAt, t.id),
    // GET /v1/deliveries?idempotencyKey=, whole or by its start
    index("webhook_deliveries_idempotency_key_idx")
      .on(t.idempotencyKey.op("text_pattern_ops"))
      .where(sql`${t.idempotencyKey} is not null`),
    // GET /v1/deliveries?contentFingerprint=, by the part that tells fingerprints apart; common ones in the order of the list
    index("webhook_deliveries_content_fingerprint_received_at_id_idx")
      .using("btree", sql`(${fingerprintStart(t)}) text_pattern_ops`, t.receivedAt, t.id)
      .where(sql`${t.contentFingerprint} is not null`),
    // GET /v1/deliveries?query= for text in the reason of a rejection
    index("webhook_deliveries_error_idx")
      .using("gin", t.error.op("gin_trgm_ops"))
      .where(sql`${t.error} is not null`),
    check("webhook_deliveries_one_body_check", sql`${t.rawPayload} is null or ${t.rawBody} is null`),
  ],
);
