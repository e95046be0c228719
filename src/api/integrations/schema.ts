import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { location, nullable, somethingToChange } from "../components.ts";
import type { IntegrationRow } from "../../db/integrations.ts";
import { PARTITIONS } from "../../objects/integration/shards/index.ts";
import { PROXY_HEADERS } from "../../ingest/idempotency-headers.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { EMAIL_TOKEN, emailAddressOf } from "../../lib/email-address.ts";
import { ingestUrlOf } from "../../lib/ingest-id.ts";
import { parsePointer } from "../../lib/json-pointer.ts";
import { checkMapping } from "../../providers/custom.ts";
import { emailRules } from "../../providers/email-rules.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { type Mapping, mappingSchema } from "../../providers/mapping.ts";
import { fillSetup } from "../../providers/setup.ts";
import { type VerificationSettings, verificationSettings } from "../../verification/settings.ts";
import { decodeSecret } from "../../verification/standard-webhooks.ts";
import { externalName, externalNameField } from "../external-name.ts";
import { instant } from "../pagination.ts";
import { suggestedProviderField } from "../suggested-provider.ts";
import { healthSchema, listedHealth, outboxSchema } from "./health.ts";
import { findHeartbeatFaults, heartbeatFields, type HeartbeatSettings, newHeartbeatFields } from "./heartbeat.ts";

/** Senders write tokens into headers, URLs and bodies, each with their own escaping: only these characters are safe. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Up to thirty days; null or left out: off. */
const optionalMinutes = z.int().min(1).max(43_200).nullable().optional();

const name = z.string().trim().min(1).max(200).openapi({ example: "Production Alertmanager" });

const provider = z
  .string()
  .refine((id) => PROVIDERS.has(id), {
    error: () => `Unknown provider. Use one of ${[...PROVIDERS.keys()].join(", ")}`,
  })
  .openapi({ description: "Id of a provider, from `GET /v1/providers`", example: "alertmanager" });

const deduplicationWindowMinutes = z
  .int()
  .min(0)
  .max(10_080)
  .openapi({ description: "Minutes for which a dedup key is remembered" });

const idempotencyHeader = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/)
  .transform((header) => header.toLowerCase())
  .refine(
    (header) => !PROXY_HEADERS.has(header),
    "Proxies set this header, so it does not identify a delivery. Use another header.",
  )
  .openapi({ description: "Header that carries the source's own delivery id", example: "x-delivery-id" });

const ignore = z
  .array(
    z
      .string()
      .max(500)
      .refine(
        (text) => (parsePointer(text)?.length ?? 0) > 0,
        "Not a JSON Pointer (RFC 6901) to a part of the body. Start with `/`.",
      ),
  )
  .max(50)
  .openapi({
    description: "JSON Pointers to the parts of the body that the content fingerprint leaves out",
    example: ["/timestamp"],
  });

const autoResolveMinutes = optionalMinutes.openapi({
  description: "Resolve an alert after this many minutes without an event; null: never",
});

const emailRulesField = emailRules.describe(
  "How the `email` provider finds the state and the alert key of a message, before its usual rules. The first rule with a phrase in the subject decides, else in the text",
);

const rateLimitPerMinute = z
  .int()
  .min(1)
  .max(1_000_000)
  .nullable()
  .optional()
  .openapi({ description: "Highest number of verified deliveries per minute; null: only the limit of the deployment" });

const shards = z.int().min(1).max(PARTITIONS).openapi({
  description:
    "Number of Durable Objects that share the integration's work. More shards accept more deliveries per second",
});

/** A secret that the source generated. */
export const givenSecretSchema = z.string().min(16).max(512).openapi({
  description:
    "A secret that the source generated; for `standard-webhooks`, `whsec_` and the base64 of 24 to 64 bytes. Leave it out to get a new one",
});

export const newIntegrationSchema = z
  .strictObject({
    name,
    externalName: externalName.optional(),
    provider,
    teamId: z.uuid().nullable().optional().openapi({
      description:
        "Team of the integration; null: the whole platform. Default: the caller's only team, or the platform",
    }),
    deduplicationWindowMinutes: deduplicationWindowMinutes.default(15),
    autoResolveMinutes,
    ...newHeartbeatFields,
    rateLimitPerMinute,
    shards: shards.default(1),
    location: nullable(location).optional().openapi({
      description:
        "Where the Durable Objects of the integration are created. It cannot be changed. null: near the caller of this request. Default: `OBJECTS_LOCATION`",
    }),
    verification: verificationSettings.optional().describe("Default: the provider's own verification"),
    secret: givenSecretSchema.optional(),
    idempotencyHeader: idempotencyHeader.optional(),
    ignore: ignore.default([]),
    emailRules: emailRulesField.optional(),
    mapping: mappingSchema
      .optional()
      .describe(
        "How the `custom` provider reads a body, for which it is required, or the `email` provider a message; not allowed for other providers",
      ),
  })
  .check(({ value, issues }) => {
    const scheme = (value.verification ?? PROVIDERS.get(value.provider)?.verification)?.scheme;
    for (const { path, message } of findContradictions({ ...value, scheme, secret: value.secret ?? null })) {
      issues.push({ code: "custom", input: value, path, message });
    }
  })
  .openapi("NewIntegration");

export const integrationUpdateSchema = z
  .strictObject({
    name: name.optional(),
    externalName: externalName.nullable().optional(),
    provider: provider.optional(),
    teamId: z
      .uuid()
      .nullable()
      .optional()
      .openapi({ description: "Moves the integration, with its alerts and deliveries, to this team" }),
    isEnabled: z.boolean().optional().openapi({ description: "false: deliveries are rejected with 410 and recorded" }),
    deduplicationWindowMinutes: deduplicationWindowMinutes.optional(),
    autoResolveMinutes,
    ...newHeartbeatFields,
    rateLimitPerMinute,
    shards: shards.optional(),
    verification: verificationSettings.optional(),
    idempotencyHeader: idempotencyHeader.nullable().optional(),
    ignore: ignore.optional(),
    emailRules: emailRulesField.optional(),
    mapping: nullable(mappingSchema)
      .optional()
      .describe(
        "How the `custom` provider reads a body, for which it is required, or the `email` provider a message; not allowed for other providers",
      ),
  })
  .refine(...somethingToChange)
  .openapi("IntegrationUpdate", { minProperties: 1, example: { name: "Production", autoResolveMinutes: 240 } });

/**
 * Finds contradictions between settings that are valid on their own.
 * @param settings `secret` null: the secret stays as it is and is not checked
 */
export function findContradictions(
  settings: HeartbeatSettings & {
    provider: string;
    mapping?: Mapping | null | undefined;
    emailRules?: readonly unknown[] | undefined;
    scheme: VerificationSettings["scheme"] | undefined;
    secret: string | null;
  },
): { path: string[]; message: string }[] {
  const { mapping } = settings;
  const isCustom = settings.provider === "custom";
  const mayMap = isCustom || settings.provider === "email";
  const contradictions = (mapping ? checkMapping(mapping) : []).map(({ field, message }) => ({
    path: ["mapping", field],
    message,
  }));
  if (isCustom && !mapping)
    contradictions.push({ path: ["mapping"], message: "The `custom` provider needs a mapping. Send `mapping`." });
  if (!mayMap && mapping)
    contradictions.push({
      path: ["mapping"],
      message: "Only the providers `custom` and `email` accept a mapping. Remove `mapping`, or set it to null.",
    });
  if (settings.provider !== "email" && (settings.emailRules ?? []).length > 0)
    contradictions.push({
      path: ["emailRules"],
      message: "Only the `email` provider has rules. Remove `emailRules`, or set them to [].",
    });
  if (settings.scheme === "token" && settings.secret !== null && !TOKEN.test(settings.secret)) {
    contradictions.push({
      path: ["secret"],
      message: "The `token` scheme needs a secret of printable ASCII characters without spaces. Set another secret.",
    });
  }
  if (settings.scheme === "standard-webhooks" && settings.secret !== null && decodeSecret(settings.secret) === null) {
    contradictions.push({
      path: ["secret"],
      message: "The `standard-webhooks` scheme needs `whsec_` and the base64 of 24 to 64 bytes. Set another secret.",
    });
  }
  if (settings.scheme === "email" && settings.secret !== null && !EMAIL_TOKEN.test(settings.secret)) {
    contradictions.push({
      path: ["secret"],
      message:
        "The `email` scheme needs a secret of 26 to 29 characters of a-z and 2-7, which becomes a part of the address. Set another secret.",
    });
  }
  return [...contradictions, ...findHeartbeatFaults(settings)];
}

export const integrationSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    externalName: externalNameField,
    provider: z.string(),
    teamId: z.uuid().nullable(),
    isEnabled: z.boolean(),
    deduplicationWindowMinutes: z.int(),
    autoResolveMinutes: z.int().nullable(),
    ...heartbeatFields,
    rateLimitPerMinute: z.int().nullable(),
    shards: z.int(),
    location: nullable(location).openapi({
      description: "Where the Durable Objects of the integration were created; null: near its first request",
    }),
    verification: verificationSettings,
    idempotencyHeader: z.string().nullable(),
    ignore: z.array(z.string()),
    emailRules: emailRulesField,
    mapping: nullable(mappingSchema),
    ingestUrl: z.url(),
    previousSecretExpiresAt: instant
      .nullable()
      .openapi({ description: "When the previous secret stops being valid; null: only the current secret is valid" }),
    version: z.int().openapi({ description: "Increases with every change" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Integration");

const setup = z
  .string()
  .openapi({ description: "Steps to set the source up, in Markdown, with the values of this integration" });

/** The setup steps of an integration. Without the secret, they contain `<SECRET>`. */
export function setupOf(
  c: Context<AppEnv>,
  { provider: id, ...values }: z.infer<typeof integrationSchema>,
  secret: string | null,
): string {
  const source = PROVIDERS.get(id);
  const emailAddress = emailAddressOf(values.id, secret, c.env.EMAIL_DOMAIN, c.env.INGEST_TAG_KEYS);
  return source === undefined ? "" : fillSetup(source, { ...values, emailAddress, secret });
}

/** The address that takes emails, for a response that shows the secret; null: the scheme is another one, or there is no EMAIL_DOMAIN. */
export function emailAddressWith(
  c: Context<AppEnv>,
  { id, verification }: z.infer<typeof integrationSchema>,
  secret: string,
): string | null {
  const { EMAIL_DOMAIN, INGEST_TAG_KEYS } = c.env;
  const hasAddress = verification.scheme === "email" && EMAIL_DOMAIN !== "";
  return hasAddress ? emailAddressOf(id, secret, EMAIL_DOMAIN, INGEST_TAG_KEYS) : null;
}

/** The field of a response that shows the secret. */
export const emailAddressField = z.string().nullable().openapi({
  description:
    "The address that takes emails, with the secret. Returned only once; null: the scheme is not `email`, or the deployment has no `EMAIL_DOMAIN`",
});

export const createdIntegrationSchema = integrationSchema
  .extend({
    setup: setup.openapi({
      description: "Steps to set the source up, in Markdown, with all values, also the secret if it is returned",
    }),
    secret: z
      .string()
      .nullable()
      .openapi({ description: "Returned only once; null: the integration existed already under its `externalName`" }),
    emailAddress: emailAddressField,
  })
  .openapi("CreatedIntegration");

export const listedIntegrationSchema = integrationSchema
  .extend({
    ...listedHealth,
    suggestedProvider: suggestedProviderField(
      "Only with `include=health`: as in `GET /v1/integrations/{id}`, of a body up to 32 KiB.",
    ).optional(),
  })
  .openapi("ListedIntegration");

export const integrationDetailSchema = integrationSchema
  .extend({
    setup,
    suggestedProvider: suggestedProviderField(
      "The provider that fits the latest verified delivery better than that of the integration; null: none, or its body exceeds 256 KiB.",
    ),
    health: healthSchema,
    outbox: outboxSchema,
  })
  .openapi("IntegrationDetail");

/** Converts a row to its API representation, which holds no secret and no ciphertext. */
export function toIntegration(row: IntegrationRow, c: Context<AppEnv>): z.infer<typeof integrationSchema> {
  return {
    id: row.id,
    name: row.name,
    externalName: row.externalName,
    provider: row.provider,
    teamId: row.teamId,
    isEnabled: row.isEnabled,
    deduplicationWindowMinutes: row.deduplicationWindowMinutes,
    autoResolveMinutes: row.autoResolveMinutes,
    heartbeatMinutes: row.heartbeatMinutes,
    heartbeatSchedule: row.heartbeatSchedule,
    heartbeatMatchers: row.heartbeatMatchers,
    rateLimitPerMinute: row.rateLimitPerMinute,
    shards: row.shards,
    location: row.location,
    verification: row.verification as VerificationSettings,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    emailRules: row.emailRules,
    mapping: row.mapping as Mapping | null,
    ingestUrl: ingestUrlOf(row.id, c.req.url, c.env.INGEST_TAG_KEYS).href,
    previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
