import { z } from "@hono/zod-openapi";
import type { IntegrationRow } from "../../db/integrations.ts";
import { PARTITIONS } from "../../objects/integration/shards/index.ts";
import { PROXY_HEADERS } from "../../ingest/idempotency-headers.ts";
import type { OutboxStatus } from "../../objects/integration/rpc.ts";
import { parsePointer } from "../../lib/json.ts";
import { toIso } from "../../lib/time.ts";
import { checkMapping } from "../../providers/custom.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { type Mapping, mappingSchema } from "../../providers/mapping.ts";
import { type VerificationSettings, verificationSettings } from "../../verification/settings.ts";
import { instant } from "../pagination.ts";

/** Whether a secret may stand in a header, a URL or a body, where senders write it in their own spelling. */
const TOKEN = /^[\x21-\x7e]+$/;

/** To thirty days; left out or null: never. */
const quietMinutes = z.int().min(1).max(43_200).nullable().optional();

const name = z.string().trim().min(1).max(200).openapi({ example: "Production Alertmanager" });

const provider = z
  .string()
  .refine((id) => PROVIDERS.has(id), { error: () => `not one of ${[...PROVIDERS.keys()].join(", ")}` })
  .openapi({ description: "The id of a provider: see `GET /v1/providers`", example: "alertmanager" });

const deduplicationWindowMinutes = z
  .int()
  .min(0)
  .max(10_080)
  .openapi({ description: "How long a delivery's dedupKey is remembered" });

const idempotencyHeader = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/)
  .transform((header) => header.toLowerCase())
  .refine((header) => !PROXY_HEADERS.has(header), "proxies set this header: it does not name a delivery")
  .openapi({ description: "Header in which this source gives a delivery its id", example: "x-delivery-id" });

const ignore = z
  .array(
    z
      .string()
      .max(500)
      .refine((text) => (parsePointer(text)?.length ?? 0) > 0, "not a JSON Pointer to a part of the body"),
  )
  .max(50)
  .openapi({
    description: "JSON Pointers into the body that do not count when contents are compared",
    example: ["/timestamp"],
  });

const autoResolveMinutes = quietMinutes.openapi({
  description: "Resolve alerts that nothing was heard of for so long",
});
const heartbeatMinutes = quietMinutes.openapi({ description: "Open an alert when nothing arrived for so long" });

const rateLimitPerMinute = z
  .int()
  .min(1)
  .max(1_000_000)
  .nullable()
  .optional()
  .openapi({ description: "Take so many verified deliveries a minute; null: as many as there is room for" });

const shards = z
  .int()
  .min(1)
  .max(PARTITIONS)
  .openapi({ description: "How many objects share the work, each with its alerts: more of them take more a second" });

/** A secret that the source made itself. */
export const ownSecret = z
  .string()
  .min(16)
  .max(512)
  .openapi({ description: "For sources that make the secret themselves; by default we make one" });

/** What a new integration may say of itself. */
export const newIntegrationSchema = z
  .strictObject({
    name,
    provider,
    teamId: z
      .uuid()
      .nullable()
      .optional()
      .openapi({ description: "By default the caller's team, if there is one alone; null: the platform's own" }),
    deduplicationWindowMinutes: deduplicationWindowMinutes.default(15),
    autoResolveMinutes,
    heartbeatMinutes,
    rateLimitPerMinute,
    shards: shards.default(1),
    verification: verificationSettings.optional().describe("By default as the provider's sender does it"),
    secret: ownSecret.optional(),
    idempotencyHeader: idempotencyHeader.optional(),
    ignore: ignore.default([]),
    mapping: mappingSchema.optional().describe("How the `custom` provider reads"),
  })
  .check(({ value, issues }) => {
    const scheme = (value.verification ?? PROVIDERS.get(value.provider)?.verification)?.scheme;
    for (const { path, message } of settingsFaults({ ...value, scheme, secret: value.secret ?? null })) {
      issues.push({ code: "custom", input: value, path, message });
    }
  })
  .openapi("NewIntegration");

/** What may be changed of an integration; what is left out stays. */
export const integrationChangeSchema = z
  .strictObject({
    name: name.optional(),
    provider: provider.optional(),
    teamId: z.uuid().nullable().optional().openapi({ description: "Moves it, with its alerts and deliveries" }),
    isEnabled: z.boolean().optional().openapi({ description: "false: deliveries are refused with 410, and recorded" }),
    deduplicationWindowMinutes: deduplicationWindowMinutes.optional(),
    autoResolveMinutes,
    heartbeatMinutes,
    rateLimitPerMinute,
    shards: shards.optional(),
    verification: verificationSettings.optional(),
    idempotencyHeader: idempotencyHeader.nullable().optional(),
    ignore: ignore.optional(),
    mapping: mappingSchema.nullable().optional().describe("How the `custom` provider reads"),
  })
  .openapi("IntegrationChange", { example: { name: "Production", autoResolveMinutes: 240 } });

/** What is wrong with settings that are each well-formed but do not fit together. `secret` null: not to be looked at. */
export function settingsFaults(settings: {
  provider: string;
  mapping?: Mapping | null | undefined;
  scheme: VerificationSettings["scheme"] | undefined;
  secret: string | null;
}): { path: string[]; message: string }[] {
  const { mapping } = settings;
  const isCustom = settings.provider === "custom";
  const faults = (mapping ? checkMapping(mapping) : []).map(({ field, message }) => ({
    path: ["mapping", field],
    message,
  }));
  if (isCustom && !mapping) faults.push({ path: ["mapping"], message: "the custom provider reads by a mapping" });
  if (!isCustom && mapping) faults.push({ path: ["mapping"], message: "only the custom provider reads by a mapping" });
  if (settings.scheme === "token" && settings.secret !== null && !TOKEN.test(settings.secret)) {
    faults.push({ path: ["secret"], message: "a token is printable ASCII without blanks" });
  }
  return faults;
}

export const integrationSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    provider: z.string(),
    teamId: z.uuid().nullable(),
    isEnabled: z.boolean(),
    deduplicationWindowMinutes: z.int(),
    autoResolveMinutes: z.int().nullable(),
    heartbeatMinutes: z.int().nullable(),
    rateLimitPerMinute: z.int().nullable(),
    shards: z.int(),
    verification: verificationSettings,
    idempotencyHeader: z.string().nullable(),
    ignore: z.array(z.string()),
    mapping: mappingSchema.nullable(),
    ingestUrl: z.url(),
    previousSecretExpiresAt: instant
      .nullable()
      .openapi({ description: "Until when the secret before the last rotation is good; null: there is none" }),
    version: z.int().openapi({ description: "Rises with every change" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Integration");

const setup = z.string().openapi({ description: "Steps to set the source up, in Markdown, with the URL filled in" });

export const createdIntegrationSchema = integrationSchema
  .extend({ setup, secret: z.string().openapi({ description: "Shown this once" }) })
  .openapi("CreatedIntegration");

const outcomeCount = z
  .object({ count: z.int(), isAtLeast: z.boolean().openapi({ description: "There are more: counting stopped there" }) })
  .openapi("OutcomeCount");

const healthSchema = z
  .object({
    lastDeliveryAt: instant.nullable().openapi({ description: "Whatever became of it; null: none came" }),
    last24Hours: z.object({
      accepted: outcomeCount,
      duplicate: outcomeCount,
      rejected: outcomeCount,
      signatureFailures: outcomeCount.openapi({
        description: "Deliveries that did not prove who sent them, also those without a row",
      }),
    }),
    missedHeartbeat: z.object({
      isHeartbeatMissed: z
        .boolean()
        .openapi({ description: "Nothing verified came for longer than `heartbeatMinutes`" }),
      waitingSince: instant
        .nullable()
        .openapi({ description: "Since when a delivery is waited for; null: none is expected" }),
      alertId: z.uuid().nullable().openapi({ description: "The alert on the missedHeartbeat" }),
    }),
  })
  .openapi("Health");

/** What waits for Postgres. */
export const outboxSchema = z
  .object({
    rows: z.int().openapi({ description: "Accepted, not yet in Postgres" }),
    bytes: z.int(),
    oldestAt: instant.nullable().openapi({ description: "Since when the oldest of them waits" }),
    quarantined: z.int().openapi({ description: "Rows that Postgres refused for their data" }),
    flushedLastMinute: z.int().openapi({ description: "Rows that Postgres took in the last minute" }),
    lastError: z.string().nullable().openapi({ description: "Why Postgres did not take the last batch" }),
  })
  .openapi("Outbox");

/** The state of an outbox as the API shows it. */
export const toOutbox = ({ oldestAt, ...outbox }: OutboxStatus): z.infer<typeof outboxSchema> => ({
  ...outbox,
  oldestAt: oldestAt === null ? null : toIso(oldestAt),
});

export const integrationDetailSchema = integrationSchema
  .extend({ setup, health: healthSchema, outbox: outboxSchema })
  .openapi("IntegrationDetail");

/** An integration's row as the API shows it: no secret, no ciphertext. */
export function toIntegration(row: IntegrationRow, requestUrl: string): z.infer<typeof integrationSchema> {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    teamId: row.teamId,
    isEnabled: row.isEnabled,
    deduplicationWindowMinutes: row.deduplicationWindowMinutes,
    autoResolveMinutes: row.autoResolveMinutes,
    heartbeatMinutes: row.heartbeatMinutes,
    rateLimitPerMinute: row.rateLimitPerMinute,
    shards: row.shards,
    verification: row.verification as VerificationSettings,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    mapping: row.mapping as Mapping | null,
    ingestUrl: new URL(`/in/${row.id}`, requestUrl).href,
    previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
