import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import pLimit from "p-limit";
import { connect } from "../../db/client.ts";
import {
  countEncryptedWithOldKey,
  encryptedCredentials,
  listSubscriptionsEncryptedWithOldKey,
  type EncryptedRow,
  usesOtherKey,
} from "../../db/encrypted-secrets.ts";
import { integrationsAfter } from "../../db/integrations.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import { openSecretBox, type SecretBox } from "../../lib/secret-box.ts";
import { credentialsContext } from "../../objects/subscription/credentials.ts";
import { ANSWER_KEPT_MS } from "../idempotency.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { updateSubscription } from "../subscriptions/update.ts";
import { syncConfigs } from "./sync-configs.ts";
import { updateIntegration } from "./update.ts";

/** Integrations of one request: each needs a transaction and calls to its objects. */
const MAX_INTEGRATIONS = 50;

/** A Worker has six connections at a time: https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections */
const MAX_CONCURRENT = 5;

const requestSchema = z
  .strictObject({
    cursor: z
      .uuid()
      .optional()
      .openapi({ description: "`nextCursor` of the previous response; omit it in the first request" }),
  })
  .openapi("Reencryption", { example: {} });

const responseSchema = z
  .object({
    keyId: z.string().openapi({ description: "The first key of `ENCRYPTION_KEYS`, which encrypts" }),
    reencrypted: z.int().openapi({ description: "Number of integrations that this request re-encrypted" }),
    failed: z.array(z.uuid()).openapi({
      description:
        "Integrations and subscriptions that still need an older key: no key of `ENCRYPTION_KEYS` decrypts their secret, another request changed them at the same time, or a Durable Object does not answer",
    }),
    nextCursor: z.uuid().nullable().openapi({ description: "Cursor of the next request; null: nothing is left" }),
    remaining: z
      .object({
        secrets: z
          .int()
          .openapi({ description: "Integrations and subscriptions with a secret that an older key encrypted" }),
        answers: z
          .int()
          .openapi({ description: "Responses stored for their `Idempotency-Key`; they expire within a day" }),
      })
      .openapi({
        description:
          "Data that still needs an older key. Remove older keys from `ENCRYPTION_KEYS` when both are 0, and no request of the last pass named a failed one",
      }),
  })
  .openapi("Reencrypted");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/re-encrypt",
  operationId: "reencryptSecrets",
  tags: ["integrations"],
  summary: "Re-Encrypt Secrets",
  description:
    "Re-encrypts the secrets of 50 integrations with the first key of `ENCRYPTION_KEYS`, and makes sure that their Durable Objects have them. Deliveries are accepted as usual, and no secret changes. `npm run secrets:rotate-key` repeats this request until nothing is left.",
  ...requirePlatformScope("admin"),
  request: { body: { content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: {
      description: "The re-encrypted and the remaining data",
      content: { "application/json": { schema: responseSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerReencryptSecrets(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = null } = c.req.valid("json") ?? {};
    const secretBox = await openSecretBox(c.env.ENCRYPTION_KEYS);
    const { currentId } = secretBox;
    const rows = await integrationsAfter(connect(c.env), cursor, MAX_INTEGRATIONS);
    const failedSubscriptions = cursor === null ? await reencryptSubscriptions(c, secretBox) : [];
    const present = rows.filter(({ deletedAt }) => deletedAt === null);
    const outdated = present.filter((row) => usesOtherKey(row, currentId));
    const failed = await reencryptAll("integrationId", outdated, async (row) => {
      await updateIntegration(c, row, await reencryptedColumns(secretBox, row), "integration.re-encrypt");
    });
    // An object may have missed the ciphertext of an earlier request.
    const current = present.filter((row) => !usesOtherKey(row, currentId));
    const unreached = (await syncConfigs(c.env, current)).failed;
    return c.json(
      {
        keyId: currentId,
        reencrypted: outdated.length - failed.length,
        failed: [...failedSubscriptions, ...failed, ...unreached],
        nextCursor: rows.length === MAX_INTEGRATIONS ? (rows.at(-1)?.id ?? null) : null,
        remaining: await countEncryptedWithOldKey(connect(c.env), currentId, new Date(Date.now() - ANSWER_KEPT_MS)),
      },
      200,
    );
  });
}

/** Subscriptions are few: the first request re-encrypts all of them. Returns the ids of those that failed. */
async function reencryptSubscriptions(c: Context<AppEnv>, secretBox: SecretBox): Promise<string[]> {
  const rows = await listSubscriptionsEncryptedWithOldKey(connect(c.env), secretBox.currentId);
  return reencryptAll("subscriptionId", rows, async (row) => {
    const columns = {
      ...(await reencryptedColumns(secretBox, row)),
      ...(await reencryptedCredentials(secretBox, row)),
    };
    await updateSubscription(c, row, columns, "subscription.re-encrypt");
  });
}

/** Re-encrypts rows, a few at a time. Returns the ids of those that failed. */
async function reencryptAll<Row extends { id: string }>(
  idField: "integrationId" | "subscriptionId",
  rows: readonly Row[],
  reencrypt: (row: Row) => Promise<void>,
): Promise<string[]> {
  const failed = await pLimit(MAX_CONCURRENT).map(rows, async (row) => {
    try {
      await reencrypt(row);
      return [];
    } catch (error) {
      // Neither the text of a Problem nor the name of an error holds a secret.
      const reason = error instanceof Problem ? error.message : (error as Error).name;
      log.warn("secret not re-encrypted", { [idField]: row.id, reason });
      return [row.id];
    }
  });
  return failed.flat();
}

async function reencryptedCredentials(
  secretBox: SecretBox,
  row: SubscriptionRow,
): Promise<Pick<SubscriptionRow, "credentialsKeyId" | "credentialsCiphertext"> | null> {
  const encrypted = encryptedCredentials(row);
  if (encrypted === null) return null;
  const { keyId, ciphertext } = await secretBox.reencrypt(encrypted, credentialsContext(row.id));
  return { credentialsKeyId: keyId, credentialsCiphertext: ciphertext };
}

async function reencryptedColumns(
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
