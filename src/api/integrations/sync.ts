import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { type IntegrationRow, integrationsAfter, markSynced } from "../../db/integrations.ts";
import { callObject } from "../../integration/client.ts";
import type { IntegrationConfig, SealedSecret } from "../../integration/messages.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verify/settings.ts";
import { needsEverywhere } from "../needs.ts";
import { commonProblems, idempotencyProblems } from "../problems.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations/sync",
  operationId: "syncIntegrations",
  tags: ["integrations"],
  summary: "Give every integration's object its present config",
  description:
    "Needed after the objects lost their storage or the database was restored; otherwise it happens by itself.",
  ...needsEverywhere("integrations:write"),
  responses: {
    200: {
      description: "How many were told",
      content: { "application/json": { schema: z.object({ synced: z.int() }) } },
    },
    ...commonProblems,
    ...idempotencyProblems,
    ...idempotencyProblems,
    ...idempotencyProblems,
  },
});

export function registerSyncIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => c.json({ synced: await syncIntegrations(c.env, "all") }, 200));
}

const PAGE = 100;

/** Gives objects the configs that Postgres has. Returns how many were told. */
export async function syncIntegrations(env: Env, which: "unsynced" | "all"): Promise<number> {
  let synced = 0;
  for (let after: string | null = null; ;) {
    const rows: IntegrationRow[] = await integrationsAfter(connect(env), which, after, PAGE);
    for (const row of rows) await syncIntegration(env, row);
    synced += rows.length;
    after = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE) return synced;
  }
}

/** Gives an integration's object its config, and notes that it has it. */
export async function syncIntegration(env: Env, row: IntegrationRow): Promise<void> {
  await configureObject(env, row);
  await markSynced(connect(env), row.id, row.version);
}

/** Gives an integration's object its config. @throws Problem `unavailable` when it cannot be reached. */
export const configureObject = (env: Env, row: IntegrationRow): Promise<void> =>
  callObject(env, row.id, (object) => object.configure(toConfig(row)));

function toConfig(row: IntegrationRow): IntegrationConfig {
  const secrets: SealedSecret[] = [{ keyId: row.secretKeyId, ciphertext: row.secretCiphertext, expiresAt: null }];
  if (
    row.previousSecretKeyId !== null &&
    row.previousSecretCiphertext !== null &&
    row.previousSecretExpiresAt !== null
  ) {
    secrets.push({
      keyId: row.previousSecretKeyId,
      ciphertext: row.previousSecretCiphertext,
      expiresAt: row.previousSecretExpiresAt.getTime(),
    });
  }
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    provider: row.provider,
    teamId: row.teamId,
    isEnabled: row.isEnabled,
    isDeleted: row.deletedAt !== null,
    deduplicationWindowMinutes: row.deduplicationWindowMinutes,
    autoResolveMinutes: row.autoResolveMinutes,
    expectedEveryMinutes: row.expectedEveryMinutes,
    rateLimitPerMinute: row.rateLimitPerMinute,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    verification: row.verification as VerificationSettings,
    mapping: row.mapping as Mapping | null,
    secrets,
  };
}
