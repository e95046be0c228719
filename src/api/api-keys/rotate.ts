import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { type ApiKeyRow, changeApiKey } from "../../db/api-keys.ts";
import { connect } from "../../db/client.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { MINUTE } from "../../lib/time.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { auditEvent } from "../audit.ts";
import { forgetApiKey } from "../auth.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { changedKey, findUsableKey, generateKey } from "./access.ts";
import { apiKeyRotationSchema, createdApiKeySchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "post",
  path: "/v1/api-keys/{id}/rotate",
  operationId: "rotateApiKey",
  tags: ["api-keys"],
  summary: "Rotate API Key",
  description:
    "The response contains the new key, which is returned only once. Id, name, scopes and expiry stay. Both keys are valid until the " +
    "overlap ends. While an earlier rotation overlaps, the answer is 409: a third key would end the first one before its promised " +
    "time. Wait, or send `endOverlap`. An old key stops everywhere within ten seconds of its end.",
  ...requireScope("admin"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: apiKeyRotationSchema } } },
  },
  responses: {
    200: {
      description: "The API key with its new secret value",
      content: { "application/json": { schema: createdApiKeySchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerRotateApiKey(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await findUsableKey(c, c.req.valid("param").id);
    const { overlapMinutes, endOverlap } = c.req.valid("json");
    if (!endOverlap && overlapMinutes > 0) assertNoOverlap(before);
    const key = await generateKey(c.env);
    const columns = {
      keyHash: await hashOf(key),
      previousKeyHash: overlapMinutes === 0 ? null : before.keyHash,
      previousKeyExpiresAt: overlapMinutes === 0 ? null : new Date(Date.now() + overlapMinutes * MINUTE),
    };
    const event = auditEvent(c, {
      action: "api-key.rotate",
      targetType: "api-key",
      targetId: before.id,
      teamId: before.teamId,
      before: toApiKey(before),
      after: toApiKey({ ...before, ...columns }),
    });
    const row = changedKey(await changeApiKey(connect(c.env), before, columns, event));
    forgetApiKey(before);
    // A stream ends when its key does; those of the key that stops now connect again with the new one.
    if (overlapMinutes === 0 || endOverlap) await endStreams(c.env, { actors: [`api:${before.id}`] });
    c.set("mustShow", true);
    return c.json({ ...toApiKey(row), key }, 200);
  });
}

/** @throws Problem `conflict` while the key from before the last rotation is valid */
function assertNoOverlap({ previousKeyExpiresAt }: ApiKeyRow): void {
  if (previousKeyExpiresAt === null || previousKeyExpiresAt.getTime() <= Date.now()) return;
  const until = previousKeyExpiresAt.toISOString();
  throw new Problem(
    "conflict",
    `The key from before the last rotation is valid until ${until}. Wait until then, or end it now with \`endOverlap\`.`,
  );
}
