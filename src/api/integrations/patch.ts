import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { describeError } from "../../db/errors.ts";
import type { IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope, noSuchTeam } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { change, changeable } from "./change.ts";
import { rebalanceObjects, syncIntegration } from "./sync.ts";
import { integrationChangeSchema, integrationSchema, settingsFaults, toIntegration } from "./schema.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/integrations/{id}",
  operationId: "changeIntegration",
  tags: ["integrations"],
  summary: "Change an integration: what is left out stays, and the change holds everywhere at once",
  ...requireScope("integrations:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: integrationChangeSchema } } },
  },
  responses: {
    200: {
      description: "The integration as it is now",
      headers: etagHeader,
      content: { "application/json": { schema: integrationSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerChangeIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    const changes = c.req.valid("json");
    if (changes.teamId !== undefined && !includesTeam(c.get("visibleTeams"), changes.teamId)) throw noSuchTeam();
    await assertFits(c.env, before, changes);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const row = await change(
      c,
      before,
      { ...given, ...(await moreOrFewer(c.env, before, changes.shards)) },
      "integration.change",
    );
    // Done by now, deliveries need not wait for it; else it is done before anything is decided.
    if (row.shards !== before.shards)
      await rebalanceObjects(c.env, row).catch((error: unknown) => {
        log.warn("objects not settled", {
          requestId: c.get("requestId"),
          integrationId: row.id,
          error: describeError(error),
        });
      });
    c.header("etag", etagOf(row.version));
    return c.json(toIntegration(row, c.req.url), 200);
  });
}

/**
 * What else changes with the number of objects.
 * @throws Problem `unavailable` while the change before has not come to its end
 */
async function moreOrFewer(env: Env, before: IntegrationRow, shards = before.shards): Promise<Partial<IntegrationRow>> {
  if (shards === before.shards) return {};
  // The change before may have been cut off anywhere.
  await syncIntegration(env, before);
  await rebalanceObjects(env, before);
  return {
    previousShards: before.shards,
    mostShards: Math.max(before.mostShards, shards),
    shardsSince: before.version + 1,
  };
}

/** @throws Problem `invalid-request` when the settings would not fit together after the change */
async function assertFits(
  env: Env,
  before: IntegrationRow,
  { provider, mapping, verification }: z.output<typeof integrationChangeSchema>,
): Promise<void> {
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const encrypted = { keyId: before.secretKeyId, ciphertext: before.secretCiphertext };
  const faults = settingsFaults({
    provider: provider ?? before.provider,
    mapping: mapping === undefined ? (before.mapping as Mapping | null) : mapping,
    scheme: (verification ?? (before.verification as VerificationSettings)).scheme,
    secret: verification ? await secretBox.decrypt(encrypted, before.id) : null,
  });
  if (faults.length === 0) return;
  throw new Problem("invalid-request", "The settings do not fit together.", {
    errors: faults.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message })),
  });
}
