import { z } from "@hono/zod-openapi";
import { scope } from "../components.ts";
import type { ApiKeyRow } from "../../db/api-keys.ts";
import { type Scope, SCOPES } from "../../lib/principal.ts";
import { instant } from "../pagination.ts";

export const newApiKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).openapi({ example: "Pager of the payments team" }),
    teamId: z
      .uuid()
      .nullable()
      .default(null)
      .openapi({ description: "Team to which the key is limited; null: the whole platform" }),
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
  .openapi("NewApiKey");

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    name: z.string(),
    scopes: z.array(scope),
    expiresAt: instant.nullable(),
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
  name: row.name,
  scopes: row.scopes as Scope[],
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});
