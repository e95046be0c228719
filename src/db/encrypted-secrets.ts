/** Encrypted secrets in the database, and which of ENCRYPTION_KEYS they still need. */
import { and, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import type { IntegrationRow } from "./integrations.ts";
import type { EncryptedSecret } from "../lib/secret-box.ts";
import type { SubscriptionRow } from "./subscriptions.ts";
import { idempotencyKeys, integrations, subscriptions } from "./schema.ts";

/** The columns of a row with a current secret and, during a rotation, the previous one. */
export type EncryptedRow = Pick<
  IntegrationRow,
  "secretKeyId" | "secretCiphertext" | "previousSecretKeyId" | "previousSecretCiphertext" | "previousSecretExpiresAt"
>;

/** The current secret of a row, then the previous one until it expires. */
export function secretsOf(row: EncryptedRow): EncryptedSecret[] {
  const current = { keyId: row.secretKeyId, ciphertext: row.secretCiphertext, expiresAt: null };
  const { previousSecretKeyId: keyId, previousSecretCiphertext: ciphertext, previousSecretExpiresAt } = row;
  if (keyId === null || ciphertext === null || previousSecretExpiresAt === null) return [current];
  return [current, { keyId, ciphertext, expiresAt: previousSecretExpiresAt.getTime() }];
}

const usesOtherKey = (table: typeof integrations | typeof subscriptions, keyId: string) =>
  or(ne(table.secretKeyId, keyId), ne(table.previousSecretKeyId, keyId));

const isEncryptedWithOldKey = (keyId: string) => and(isNull(integrations.deletedAt), usesOtherKey(integrations, keyId));

/** Lists integrations with a secret under another key than this, by id, after `afterId`. */
export function listEncryptedWithOldKey(
  db: Database,
  keyId: string,
  afterId: string | null,
  limit: number,
): Promise<IntegrationRow[]> {
  return db
    .select()
    .from(integrations)
    .where(and(isEncryptedWithOldKey(keyId), afterId === null ? undefined : sql`${integrations.id} > ${afterId}::uuid`))
    .orderBy(integrations.id)
    .limit(limit);
}

/** Lists subscriptions with a secret under another key than this. */
export const listSubscriptionsEncryptedWithOldKey = (db: Database, keyId: string): Promise<SubscriptionRow[]> =>
  db.select().from(subscriptions).where(usesOtherKey(subscriptions, keyId)).orderBy(subscriptions.id);

/** Counts the data that still needs another key than this: secrets, objects with an older config, stored idempotent responses. */
export async function countEncryptedWithOldKey(db: Database, keyId: string) {
  const count = sql<number>`count(*)::int`;
  const [[secrets], [subscriptionSecrets], [objects], [answers]] = await db.batch([
    db.select({ count }).from(integrations).where(isEncryptedWithOldKey(keyId)),
    db.select({ count }).from(subscriptions).where(usesOtherKey(subscriptions, keyId)),
    db
      .select({ count })
      .from(integrations)
      .where(and(isNull(integrations.deletedAt), lt(integrations.syncedVersion, integrations.version))),
    db
      .select({ count })
      .from(idempotencyKeys)
      .where(and(isNotNull(idempotencyKeys.bodyKeyId), ne(idempotencyKeys.bodyKeyId, keyId))),
  ]);
  const encrypted = (secrets?.count ?? 0) + (subscriptionSecrets?.count ?? 0);
  return { secrets: encrypted, objects: objects?.count ?? 0, answers: answers?.count ?? 0 };
}
