import { z } from "@hono/zod-openapi";
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
      .openapi({ description: "The team that it is good for; null: all of them" }),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .openapi({ example: ["alerts:read", "alerts:write"] }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .nullable()
      .default(null)
      .openapi({ description: "When it stops working; null: when it is revoked" }),
  })
  .openapi("NewApiKey");

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable().openapi({ description: "To the minute" }),
    revokedAt: instant.nullable(),
    createdBy: z.uuid().nullable().openapi({ description: "The person who made it; null: a program did" }),
    createdAt: instant,
  })
  .openapi("ApiKey");

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().openapi({ description: "Shown this once" }) })
  .openapi("CreatedApiKey");

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** A key's row as the API shows it: not its hash. */
export const toApiKey = (row: ApiKeyRow): z.infer<typeof apiKeySchema> => ({
  id: row.id,
  teamId: row.teamId,
  name: row.name,
  scopes: row.scopes as Scope[],
  expiresAt: iso(row.expiresAt),
  lastUsedAt: iso(row.lastUsedAt),
  revokedAt: iso(row.revokedAt),
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});
