/** Teams, users, sign-in, API keys, the audit log and idempotency keys. */
import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const teamRole = pgEnum("team_role", ["ADMIN", "RESPONDER", "OBSERVER"]);

/** Owners of integrations and of their alerts and deliveries. */
export const teams = pgTable("teams", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

/** People who can sign in. */
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

/** The members of each team with their role. */
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

/** Ways for a user to sign in: a password (its scrypt hash) or an identity provider, whose tokens are not stored. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** `credential` for a password, otherwise the id of the identity provider. */
    providerId: text("provider_id").notNull(),
    /** The id of the user at the identity provider; for a password, `user_id`. */
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

/** Tokens that expire: sign-ins in progress at an identity provider, password tokens. Identifiers are hashed. */
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

/** Signed-in browsers. Only the hash of a session token is stored. */
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

/**
 * Keys of API clients. Only the hash of a key is stored. `team_id` null: the key is for the whole platform. With an
 * `integration_id`, the key is limited to that integration, as long as it belongs to the team.
 */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id, { onDelete: "cascade" }),
    integrationId: uuid("integration_id"),
    name: text("name").notNull(),
    keyHash: text("key_hash").notNull().unique(),
    /** The key before the last rotation, which is valid until its time. */
    previousKeyHash: text("previous_key_hash").unique(),
    previousKeyExpiresAt: instant("previous_key_expires_at"),
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("api_keys_team_id_idx").on(t.teamId)],
);

/** The audit log of administrative actions; `before` and `after` contain no secrets. */
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
    /** The id of the request in the logs. */
    requestId: uuid("request_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    // GET /v1/audit-events, newest first: without a filter and with each one
    index("audit_events_created_at_id_idx").on(t.createdAt, t.id),
    index("audit_events_team_id_created_at_id_idx").on(t.teamId, t.createdAt, t.id),
    index("audit_events_target_id_created_at_id_idx").on(t.targetId, t.createdAt, t.id),
    index("audit_events_actor_created_at_id_idx").on(t.actor, t.createdAt, t.id),
  ],
);

/** POST requests with an Idempotency-Key and their responses, which are encrypted because they may contain a secret. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** SHA-256 (hex) of caller, operation and key. */
    id: text("id").primaryKey(),
    /** SHA-256 (hex) of the body. */
    requestHash: text("request_hash").notNull(),
    /** Null: the first request is still in progress. */
    statusCode: integer("status_code"),
    headers: jsonb("headers"),
    bodyCiphertext: text("body_ciphertext"),
    bodyKeyId: text("body_key_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("idempotency_keys_created_at_idx").on(t.createdAt)],
);
