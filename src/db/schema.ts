/**
 * Every table of Tocsin. Read it as the documentation of the data: times are UTC instants in `timestamptz` with
 * millisecond precision, ids are UUIDv7 made by us (integrations: UUIDv4, because theirs stand in URLs).
 */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  customType,
  index,
  integer,
  json,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  bigint,
} from "drizzle-orm/pg-core";

const instant = <const Name extends string>(name: Name) =>
  timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

const bytea = customType<{ data: Uint8Array; driverData: string | Uint8Array }>({
  dataType: () => "bytea",
  toDriver: (bytes) => bytes,
  fromDriver: (value) => (typeof value === "string" ? hexToBytes(value) : new Uint8Array(value)),
});

/** A transaction's number, which never wraps; larger than a JSON number may be, so it stays text. */
const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

function hexToBytes(literal: string): Uint8Array {
  const hex = literal.startsWith("\\x") ? literal.slice(2) : literal;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

export const alertSeverity = pgEnum("alert_severity", ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]);
export const alertStatus = pgEnum("alert_status", ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"]);
export const deliveryStatus = pgEnum("delivery_status", ["ACCEPTED", "DUPLICATE", "REJECTED"]);
/** What happened to an alert. STALE: news older than what we knew; it was recorded and changed nothing. */
export const timelineEntryType = pgEnum("timeline_entry_type", [
  "CREATED",
  "REPEATED",
  "ACKNOWLEDGED",
  "UNACKNOWLEDGED",
  "RESOLVED",
  "CLOSED",
  "REOPENED",
  "STALE",
]);
export const teamRole = pgEnum("team_role", ["ADMIN", "RESPONDER", "OBSERVER"]);

/** Teams own integrations and, through them, alerts. */
export const teams = pgTable("teams", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

/** People who sign in. */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    email: text("email").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    name: text("name").notNull(),
    image: text("image"),
    isPlatformAdmin: boolean("is_platform_admin").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("users_email_key").on(sql`lower(${t.email})`)],
);

/** Who belongs to which team, and as what. */
export const teamMembers = pgTable(
  "team_members",
  {
    teamId: uuid("team_id")
      .notNull()
      .references(() => teams.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: teamRole("role").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] }), index("team_members_user_id_idx").on(t.userId)],
);

/** How a person signs in: with a password (its scrypt hash) or at an identity provider. Tokens of providers are not kept. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** `credential` for a password, else the id of the identity provider. */
    providerId: text("provider_id").notNull(),
    /** The person's id there. */
    accountId: text("account_id").notNull(),
    password: text("password"),
    scope: text("scope"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("accounts_provider_id_account_id_key").on(t.providerId, t.accountId),
    index("accounts_user_id_idx").on(t.userId),
  ],
);

/** What was begun and must be finished in time: a sign-in at an identity provider, a new password. Identifiers are hashed. */
export const verifications = pgTable(
  "verifications",
  {
    id: uuid("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("verifications_identifier_idx").on(t.identifier),
    index("verifications_expires_at_idx").on(t.expiresAt),
  ],
);

/** Signed-in browsers. Only a hash of the session token is kept. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tokenHash: text("token_hash").notNull().unique(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [index("sessions_user_id_idx").on(t.userId)],
);

/** Keys of programs. Only a hash is kept; `team_id` null means the whole platform. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    keyHash: text("key_hash").notNull().unique(),
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("api_keys_team_id_idx").on(t.teamId)],
);

/**
 * One connected source. `version` rises with every change; the Durable Object of the integration keeps a copy, and
 * `synced_version` is the last one that it confirmed. Secrets are AES-GCM ciphertexts, each with the id of its key.
 */
export const integrations = pgTable(
  "integrations",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id),
    name: text("name").notNull(),
    provider: text("provider").notNull(),

    isEnabled: boolean("is_enabled").notNull().default(true),
    deduplicationWindowMinutes: integer("deduplication_window_minutes").notNull().default(15),
    autoResolveMinutes: integer("auto_resolve_minutes"),
    heartbeatMinutes: integer("heartbeat_minutes"),
    /** Verified deliveries a minute; null: as many as the deployment takes. */
    rateLimitPerMinute: integer("rate_limit_per_minute"),
    /** How many objects share the work, did so before, and ever did; the version that changed it, null: never. */
    shards: integer("shards").notNull().default(1),
    previousShards: integer("previous_shards").notNull().default(1),
    mostShards: integer("most_shards").notNull().default(1),
    shardsSince: integer("shards_since"),
    /** Header that carries this source's idempotency key, beside the well-known ones. */
    idempotencyHeader: text("idempotency_header"),
    /** JSON Pointers (RFC 6901) into the body that the content fingerprint leaves out. */
    ignore: text("ignore")
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    mapping: jsonb("mapping"),

    verification: jsonb("verification").notNull(),
    secretCiphertext: text("secret_ciphertext").notNull(),
    secretKeyId: text("secret_key_id").notNull(),
    previousSecretCiphertext: text("previous_secret_ciphertext"),
    previousSecretKeyId: text("previous_secret_key_id"),
    previousSecretExpiresAt: instant("previous_secret_expires_at"),

    version: integer("version").notNull().default(1),
    syncedVersion: integer("synced_version").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    deletedAt: instant("deleted_at"),
  },
  (t) => [
    // GET /v1/integrations, newest first
    index("integrations_created_at_id_idx").on(t.createdAt, t.id),
    index("integrations_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
    // the cron's question: which objects have not heard of the present version?
    index("integrations_unsynced_idx")
      .on(t.id)
      .where(sql`${t.syncedVersion} < ${t.version}`),
    check("integrations_shards_check", sql`${t.shards} between 1 and 16`),
    check("integrations_deduplication_window_minutes_check", sql`${t.deduplicationWindowMinutes} between 0 and 10080`),
  ],
);

/**
 * What people work on. Only the integration's Durable Object writes here, whole rows guarded by `version`, so that the
 * same batch sent twice or out of order gives the same rows.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: uuid("id").primaryKey(),
    integrationId: uuid("integration_id")
      .notNull()
      .references(() => integrations.id),
    teamId: uuid("team_id"),
    /** Ties the events of one alert together across its life, as the source names it. Null: the source gave none. */
    alertKey: text("alert_key"),
    externalId: text("external_id"),

    title: text("title").notNull(),
    description: text("description"),
    severity: alertSeverity("severity").notNull(),
    status: alertStatus("status").notNull(),
    /** The thing that the alert is about: a host, a service, a check. */
    source: text("source"),
    url: text("url"),
    metadata: jsonb("metadata")
      .notNull()
      .default(sql`'{}'::jsonb`),
    occurrences: integer("occurrences").notNull().default(1),

    triggeredAt: instant("triggered_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    acknowledgedAt: instant("acknowledged_at"),
    resolvedAt: instant("resolved_at"),
    closedAt: instant("closed_at"),

    version: integer("version").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/alerts, newest first: two indexes a scope (src/db/index-merge.ts)
    index("alerts_triggered_at_id_idx").on(t.triggeredAt, t.id),
    index("alerts_team_id_triggered_at_id_idx").on(t.teamId, t.triggeredAt, t.id),
    index("alerts_integration_id_triggered_at_id_idx").on(t.integrationId, t.triggeredAt, t.id),
    index("alerts_status_severity_triggered_at_id_idx").on(t.status, t.severity, t.triggeredAt, t.id),
    index("alerts_team_id_status_severity_triggered_at_id_idx").on(t.teamId, t.status, t.severity, t.triggeredAt, t.id),
    index("alerts_integration_id_status_severity_triggered_at_id_idx").on(
      t.integrationId,
      t.status,
      t.severity,
      t.triggeredAt,
      t.id,
    ),
    index("alerts_integration_id_alert_key_idx").on(t.integrationId, t.alertKey),
    // ?q= and ?label.name=
    index("alerts_title_description_idx").using("gin", t.title.op("gin_trgm_ops"), t.description.op("gin_trgm_ops")),
    index("alerts_metadata_idx").using("gin", t.metadata.op("jsonb_path_ops")),
  ],
);

/**
 * Who is told of changes of alerts by a POST: an outbound webhook of a team, or (null) of the whole platform. How far it has
 * come, and what it could not be told, its Durable Object knows.
 */
export const subscriptions = pgTable(
  "subscriptions",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id),
    name: text("name").notNull(),
    url: text("url").notNull(),
    /** Of which changes: `{ status, severity, type, integrationId, labels }`; what is left out does not matter. */
    filter: jsonb("filter").notNull(),
    isEnabled: boolean("is_enabled").notNull().default(true),
    /** The place in the changes that it began behind. */
    startedAfter: text("started_after").notNull(),

    secretCiphertext: text("secret_ciphertext").notNull(),
    secretKeyId: text("secret_key_id").notNull(),
    previousSecretCiphertext: text("previous_secret_ciphertext"),
    previousSecretKeyId: text("previous_secret_key_id"),
    previousSecretExpiresAt: instant("previous_secret_expires_at"),

    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/subscriptions, newest first; and who is to be told of a team's changes
    index("subscriptions_created_at_id_idx").on(t.createdAt, t.id),
    index("subscriptions_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
  ],
);

/**
 * The timeline of an alert. `version` is the alert's version once the entry had its effect.
 * No foreign keys to alerts and deliveries, on purpose: a row that Postgres refuses is set aside alone and must not
 * hold up the rows that refer to it.
 */
export const alertTimeline = pgTable(
  "alert_timeline",
  {
    id: uuid("id").primaryKey(),
    alertId: uuid("alert_id").notNull(),
    deliveryId: uuid("delivery_id"),
    type: timelineEntryType("type").notNull(),
    /** Who did it: `source`, `api:<key id>`, `user:<id>`, `tocsin`. */
    actor: text("actor").notNull(),
    version: integer("version").notNull(),
    /** What the alert was once the entry had its effect. Null: the entry is older than these columns. */
    status: alertStatus("status"),
    severity: alertSeverity("severity"),
    changes: jsonb("changes")
      .notNull()
      .default(sql`'{}'::jsonb`),
    /** What a person said to it. */
    note: text("note"),
    /** When it happened, as the source dated it; null when the source gave no date. */
    occurredAt: instant("occurred_at"),
    recordedAt: instant("recorded_at").notNull(),
    /** The transaction that wrote the entry: what a reader of the stream has seen ends at a transaction (src/db/timeline.ts). */
    recordedXid: transactionId("recorded_xid")
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (t) => [
    // GET /v1/alerts/{id}/timeline
    index("alert_timeline_alert_id_version_id_idx").on(t.alertId, t.version, t.id),
    // GET /v1/timeline/stream
    index("alert_timeline_recorded_xid_version_id_idx").on(t.recordedXid, t.version, t.id),
    // GET /v1/deliveries?alertId=
    index("alert_timeline_delivery_id_idx").on(t.deliveryId),
  ],
);

/**
 * Every HTTP request that reached an integration, whatever became of it. The body is kept byte for byte in `raw_payload`
 * (Postgres `json` keeps the text as it came) or, when that column cannot hold it, in `raw_body`; never in both.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: uuid("id").primaryKey(),
    integrationId: uuid("integration_id")
      .notNull()
      .references(() => integrations.id),
    teamId: uuid("team_id"),
    /** Place in the order in which the integration's object decided: strictly rising within an integration. */
    sequence: bigint("sequence", { mode: "number" }).notNull(),

    status: deliveryStatus("status").notNull(),
    statusCode: integer("status_code").notNull(),
    /** The first alert that the delivery, or the one that it repeats, led to. */
    alertId: uuid("alert_id"),
    /** `[{ alertId, action, outcome }]`, one for each event of the delivery. */
    events: jsonb("events").notNull(),
    /** Why it was decided so, in words. */
    reason: text("reason"),
    /** The same as data: dedupKey and its kind, first delivery, end of the window; verdict of the signature check. */
    decision: jsonb("decision").notNull(),
    error: text("error"),

    idempotencyKey: text("idempotency_key"),
    contentFingerprint: text("content_fingerprint"),
    duplicateOf: uuid("duplicate_of"),
    replayOf: uuid("replay_of"),

    /** As they came, lower-case names, with credentials and signatures redacted. */
    headers: jsonb("headers").notNull(),
    contentType: text("content_type"),
    sourceIp: text("source_ip"),
    rawPayload: json("raw_payload"),
    rawBody: bytea("raw_body"),
    /** Length of the body as it came, in bytes; more than what is kept if it was cut. Null: unknown. */
    bodyBytes: integer("body_bytes"),
    isBodyCut: boolean("is_body_cut").notNull().default(false),

    receivedAt: instant("received_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/deliveries, newest first: one index a scope, one stream for each status
    index("webhook_deliveries_status_received_at_id_idx").on(t.status, t.receivedAt, t.id),
    index("webhook_deliveries_team_id_status_received_at_id_idx").on(t.teamId, t.status, t.receivedAt, t.id),
    index("webhook_deliveries_integration_id_status_received_at_id_idx").on(
      t.integrationId,
      t.status,
      t.receivedAt,
      t.id,
    ),
    index("webhook_deliveries_alert_id_idx").on(t.alertId),
    index("webhook_deliveries_duplicate_of_idx").on(t.duplicateOf),
    index("webhook_deliveries_replay_of_idx")
      .on(t.replayOf)
      .where(sql`${t.replayOf} is not null`),
    // the dedupKey rules, asked by people: which deliveries carried this key, this content?
    index("webhook_deliveries_integration_id_idempotency_key_idx").on(t.integrationId, t.idempotencyKey),
    index("webhook_deliveries_integration_id_content_fingerprint_idx").on(
      t.integrationId,
      t.contentFingerprint,
      t.receivedAt,
    ),
    check("webhook_deliveries_one_body_check", sql`${t.rawPayload} is null or ${t.rawBody} is null`),
  ],
);

/** Every administrative act: who, what, from where, before and after without secrets. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id"),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    targetType: text("target_type").notNull(),
    targetId: text("target_id").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    ipAddress: text("ip_address"),
    /** Under which the request's log lines are found. */
    requestId: uuid("request_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/audit-events: newest first, alone and under each filter
    index("audit_events_created_at_id_idx").on(t.createdAt, t.id),
    index("audit_events_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
    index("audit_events_target_id_created_at_id_idx").on(t.targetId, t.createdAt, t.id),
    index("audit_events_actor_created_at_id_idx").on(t.actor, t.createdAt, t.id),
  ],
);

/** POST requests that came with an Idempotency-Key, and how they were answered. Answers may show a secret: they are encrypted. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** SHA-256 (hex) over who asked, what for, and the key. */
    id: text("id").primaryKey(),
    /** SHA-256 (hex) of the body. */
    requestHash: text("request_hash").notNull(),
    /** Null while the first request is still at work. */
    statusCode: integer("status_code"),
    headers: jsonb("headers"),
    bodyCiphertext: text("body_ciphertext"),
    bodyKeyId: text("body_key_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("idempotency_keys_created_at_idx").on(t.createdAt)],
);
