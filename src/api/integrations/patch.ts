import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { describeError } from "../../db/errors.ts";
import type { IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { pushConfig, rebalanceObjects } from "../../objects/integration/announce-config.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { rejectInvalidWith } from "../invalid-request.ts";
import { requireScope, noSuchTeam } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { integrationSchema, integrationUpdateSchema, findContradictions, toIntegration } from "./schema.ts";
import { loadForUpdate, updateIntegration } from "./update.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/integrations/{id}",
  operationId: "updateIntegration",
  tags: ["integrations"],
  summary: "Update Integration",
  description:
    "Omitted fields do not change. The change takes effect everywhere at once. A change of `provider` keeps the verification, which the " +
    "source passes already, and needs `mapping: null` if the new provider takes no mapping.",
  ...requireScope("integrations:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: integrationUpdateSchema } } },
  },
  responses: {
    200: {
      description: "The updated integration",
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

export function registerUpdateIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(
    route,
    async (c) => {
      const before = await loadForUpdate(c, c.req.valid("param").id);
      const changes = c.req.valid("json");
      if (changes.teamId !== undefined && !includesTeam(c.get("visibleTeams"), changes.teamId)) throw noSuchTeam();
      await assertConsistent(c.env, before, changes);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      if (changes.shards !== undefined && changes.shards !== before.shards) await finishRebalancing(c.env, before);
      const row = await updateIntegration(c, before, given, "integration.update");
      if (row.shards !== before.shards) {
        // When this fails, each shard rebalances before its next decision: deliveries only wait longer.
        await rebalanceObjects(c.env, row).catch((error: unknown) => {
          log.warn("shards not rebalanced", {
            requestId: c.get("requestId"),
            integrationId: row.id,
            error: describeError(error),
          });
        });
      }
      c.header("etag", etagOf(row.version));
      return c.json(toIntegration(row, c), 200);
    },
    rejectInvalidWith({ secret: "send it to `POST /v1/integrations/{id}/rotate-secret`" }),
  );
}

/**
 * Finishes the rebalancing of an earlier change, which may have stopped at any point.
 * @throws Problem `unavailable` when an object cannot be reached
 */
async function finishRebalancing(env: Env, before: IntegrationRow): Promise<void> {
  await pushConfig(env, before);
  await rebalanceObjects(env, before);
}

/** @throws Problem `invalid-request` when the settings would contradict each other after the change */
async function assertConsistent(
  env: Env,
  before: IntegrationRow,
  changes: z.output<typeof integrationUpdateSchema>,
): Promise<void> {
  const { provider, mapping, verification } = changes;
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const encrypted = { keyId: before.secretKeyId, ciphertext: before.secretCiphertext };
  const contradictions = findContradictions({
    provider: provider ?? before.provider,
    mapping: mapping === undefined ? (before.mapping as Mapping | null) : mapping,
    scheme: (verification ?? (before.verification as VerificationSettings)).scheme,
    emailRules: changes.emailRules ?? before.emailRules,
    heartbeatMinutes: changes.heartbeatMinutes === undefined ? before.heartbeatMinutes : changes.heartbeatMinutes,
    heartbeatSchedule: changes.heartbeatSchedule === undefined ? before.heartbeatSchedule : changes.heartbeatSchedule,
    heartbeatMatchers: changes.heartbeatMatchers ?? before.heartbeatMatchers,
    secret: verification ? await secretBox.decrypt(encrypted, before.id) : null,
  });
  if (contradictions.length === 0) return;
  throw new Problem("invalid-request", "The settings contradict each other. Correct the fields in `errors`.", {
    errors: contradictions.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message })),
  });
}
