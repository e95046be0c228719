import { z } from "@hono/zod-openapi";
import { scope } from "../components.ts";
import type { ApiKeyRow } from "../../db/api-keys.ts";
import { type Scope, SCOPES } from "../../lib/principal.ts";
import { instant } from "../pagination.ts";
import { endOverlapField, overlapField } from "../rotation.ts";

const apiKeyName = z.string().trim().min(1).max(200).openapi({ example: "Pager of the payments team" });

/** The scopes for resources that belong to an integration. */
const INTEGRATION_SCOPES: ReadonlySet<Scope> = new Set([
  "alerts:read",
  "alerts:write",
  "deliveries:read",
  "deliveries:replay",
  "integrations:read",
  "integrations:write",
]);

const onlyIntegrationScopes: [
  (key: { integrationId: string | null; scopes: Scope[] }) => boolean,
  { message: string; path: string[] },
] = [
  ({ integrationId, scopes }) => integrationId === null || scopes.every((one) => INTEGRATION_SCOPES.has(one)),
  { message: `a key for one integration can have ${[...INTEGRATION_SCOPES].join(", ")}`, path: ["scopes"] },
];

export const newApiKeySchema = z
  .strictObject({
    name: apiKeyName,
    teamId: z.uuid().nullable().optional().openapi({
      description:
        "Team to which the key is limited; null: the whole platform. Left out: the team of `integrationId`, or the whole platform",
    }),
    integrationId: z.uuid().nullable().default(null).openapi({
      description:
        "Integration to which the key is limited: it sees and changes only this integration, its alerts and deliveries. Null: no limit",
    }),
    scopes: z
      .array(scope)
      .min(1)
      .max(SCOPES.length)
      .openapi({ example: ["alerts:read", "alerts:write"] }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .refine((text) => Date.parse(text) > Date.now(), "In the past. Send a later time, or leave it out.")
      .nullable()
      .default(null)
      .openapi({ description: "When the key expires, a time in the future; null: never" }),
  })
  .refine(...onlyIntegrationScopes)
  .openapi("NewApiKey");

export const apiKeyUpdateSchema = z.strictObject({ name: apiKeyName }).openapi("ApiKeyUpdate");

export const apiKeyRotationSchema = z
  .strictObject({
    overlapMinutes: overlapField("Minutes for which the old key stays valid; 0: every old key stops at once"),
    endOverlap: endOverlapField("key"),
  })
  .openapi("ApiKeyRotation", { example: { overlapMinutes: 60 } });

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    integrationId: z
      .uuid()
      .nullable()
      .openapi({ description: "Integration to which the key is limited; null: no limit" }),
    name: z.string(),
    scopes: z.array(scope),
    expiresAt: instant.nullable(),
    previousKeyExpiresAt: instant
      .nullable()
      .openapi({ description: "When the key from before the last rotation stops; null: there is none" }),
    lastUsedAt: instant.nullable().openapi({ description: "Time of the last request, to the minute" }),
    revokedAt: instant.nullable(),
    createdBy: z.uuid().nullable().openapi({ description: "Id of the user who created it; null: created with a key" }),
    createdAt: instant,
  })
  .openapi("ApiKey");

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().openapi({ description: "Returned only once" }) })
  .openapi("CreatedApiKey");

/** Converts a row to its API representation, which leaves the hash of the key out. */
export const toApiKey = (row: ApiKeyRow): z.infer<typeof apiKeySchema> => ({
  id: row.id,
  teamId: row.teamId,
  integrationId: row.integrationId,
  name: row.name,
  scopes: row.scopes as Scope[],
  expiresAt: row.expiresAt?.toISOString() ?? null,
  previousKeyExpiresAt: row.previousKeyExpiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});
