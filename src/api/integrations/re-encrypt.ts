import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import type { IntegrationRow } from "../../db/integrations.ts";
import {
  countEncryptedWithOldKey,
  listEncryptedWithOldKey,
  listSubscriptionsEncryptedWithOldKey,
  type EncryptedRow,
} from "../../db/encrypted-secrets.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import { openSecretBox, type SecretBox } from "../../lib/secret-box.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { updateSubscription as changeSubscription } from "../subscriptions/update.ts";
import { change } from "./change.ts";

/** One request encrypts so many anew: each is a transaction and a call to an object. */
const MOST_AT_A_TIME = 50;

const reencryption = z
  .strictObject({
    cursor: z
      .uuid()
      .optional()
      .openapi({ description: "`nextCursor` of the request before; none: from the beginning" }),
  })
  .openapi("Reencryption", { example: {} });

const reencrypted = z
  .object({
    keyId: z.string().openapi({ description: "The first of ENCRYPTION_KEYS, which encrypts" }),
    reencrypted: z.int().openapi({ description: "Integrations whose secrets this request encrypted anew" }),
    failed: z.array(z.uuid()).openapi({
      description:
        "Integrations and subscriptions that it could not: none of ENCRYPTION_KEYS opens them, or somebody changed them just now",
    }),
    nextCursor: z.uuid().nullable().openapi({ description: "Where the next request goes on; null: it was the last" }),
    remaining: z
      .object({
        secrets: z.int().openapi({ description: "Integrations and subscriptions with a secret under an older key" }),
        objects: z.int().openapi({ description: "Integrations whose object has not heard of the new ciphertext yet" }),
        answers: z.int().openapi({ description: "Answers kept for their `Idempotency-Key`, for a day at most" }),
      })
      .openapi({
        description: "What still requireScope an older key: once all are 0, it can be taken out of ENCRYPTION_KEYS",
      }),
  })
  .openapi("Reencrypted");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/reencrypt",
  operationId: "reencryptSecrets",
  tags: ["integrations"],
  summary: "Encrypt secrets anew that an older key of ENCRYPTION_KEYS encrypted",
  description: "`npm run secrets:rotate-key` does this to its end. Deliveries go on meanwhile; no secret changes.",
  ...requirePlatformScope("admin"),
  request: { body: { content: { "application/json": { schema: reencryption } } } },
  responses: {
    200: { description: "How far it got", content: { "application/json": { schema: reencrypted } } },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerReencrypt(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = null } = c.req.valid("json") ?? {};
    const secretBox = await openSecretBox(c.env.ENCRYPTION_KEYS);
    const { currentId } = secretBox;
    const rows = await listEncryptedWithOldKey(connect(c.env), currentId, cursor, MOST_AT_A_TIME);
    const failedSubscriptions = cursor === null ? await reencryptSubscriptions(c, secretBox) : [];
    const failed: string[] = [];
    for (const row of rows) if (!(await reencrypt(c, secretBox, row))) failed.push(row.id);
    return c.json(
      {
        keyId: currentId,
        reencrypted: rows.length - failed.length,
        failed: [...failedSubscriptions, ...failed],
        nextCursor: rows.length === MOST_AT_A_TIME ? (rows.at(-1)?.id ?? null) : null,
        remaining: await countEncryptedWithOldKey(connect(c.env), currentId),
      },
      200,
    );
  });
}

/** False: it has to be tried again, or cannot be done. */
async function reencrypt(c: Context<AppEnv>, secretBox: SecretBox, row: IntegrationRow): Promise<boolean> {
  try {
    await change(c, row, await reencryptedSecrets(secretBox, row), "integration.reencrypt");
    return true;
  } catch (error) {
    // Neither is the text of a Problem a secret, nor the name of an error.
    const reason = error instanceof Problem ? error.message : (error as Error).name;
    log.warn("secret not encrypted anew", { integrationId: row.id, reason });
    // Postgres has the change and the object will: see `remaining`.
    return error instanceof Problem && error.type === "unavailable";
  }
}

/** Those of subscriptions, all at once: they are few. Gives the ids of those that it could not. */
async function reencryptSubscriptions(c: Context<AppEnv>, secretBox: SecretBox): Promise<string[]> {
  const failed: string[] = [];
  for (const row of await listSubscriptionsEncryptedWithOldKey(connect(c.env), secretBox.currentId)) {
    try {
      await changeSubscription(c, row, await reencryptedSecrets(secretBox, row), "subscription.reencrypt");
    } catch (error) {
      log.warn("secret not encrypted anew", { subscriptionId: row.id, reason: (error as Error).name });
      failed.push(row.id);
    }
  }
  return failed;
}

async function reencryptedSecrets(
  secretBox: SecretBox,
  row: EncryptedRow & { id: string },
): Promise<Partial<EncryptedRow>> {
  const current = await secretBox.reencrypt({ keyId: row.secretKeyId, ciphertext: row.secretCiphertext }, row.id);
  const secret = { secretKeyId: current.keyId, secretCiphertext: current.ciphertext };
  const { previousSecretKeyId, previousSecretCiphertext, previousSecretExpiresAt } = row;
  if (previousSecretKeyId === null || previousSecretCiphertext === null) return secret;
  if (previousSecretExpiresAt === null || previousSecretExpiresAt.getTime() <= Date.now()) {
    return { ...secret, previousSecretKeyId: null, previousSecretCiphertext: null, previousSecretExpiresAt: null };
  }
  const previous = await secretBox.reencrypt(
    { keyId: previousSecretKeyId, ciphertext: previousSecretCiphertext },
    row.id,
  );
  return { ...secret, previousSecretKeyId: previous.keyId, previousSecretCiphertext: previous.ciphertext };
}
