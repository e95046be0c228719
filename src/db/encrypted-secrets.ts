/** Encrypted secrets in the database, and which of ENCRYPTION_KEYS they still need. */
import { and, gt, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import type { IntegrationRow } from "./integrations.ts";
import type { EncryptedSecret, EncryptedText } from "../lib/secret-box.ts";
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

/** The credentials of a subscription; null: it has none. */
export function encryptedCredentials({
  credentialsKeyId: keyId,
  credentialsCiphertext: ciphertext,
}: Pick<SubscriptionRow, "credentialsKeyId" | "credentialsCiphertext">): EncryptedText | null {
  return keyId === null || ciphertext === null ? null : { keyId, ciphertext };
}

/** Whether a row has a secret under another key than this. */
export const usesOtherKey = ({ secretKeyId, previousSecretKeyId }: EncryptedRow, keyId: string): boolean =>
  secretKeyId !== keyId || (previousSecretKeyId ?? keyId) !== keyId;

const hasOtherKey = (table: typeof integrations | typeof subscriptions, keyId: string) =>
  or(ne(table.secretKeyId, keyId), ne(table.previousSecretKeyId, keyId));

const subscriptionHasOtherKey = (keyId: string) =>
  or(hasOtherKey(subscriptions, keyId), ne(subscriptions.credentialsKeyId, keyId));

/** Lists subscriptions with a secret or credentials under another key than this. */
export const listSubscriptionsEncryptedWithOldKey = (db: Database, keyId: string): Promise<SubscriptionRow[]> =>
  db.select().from(subscriptions).where(subscriptionHasOtherKey(keyId)).orderBy(subscriptions.id);

/**
 * Counts the data that still needs another key than this: secrets and stored idempotent responses.
 * @param storedAfter older responses have expired
 */
export async function countEncryptedWithOldKey(db: Database, keyId: string, storedAfter: Date) {
  const count = sql<number>`count(*)::int`;
  const [[secrets], [subscriptionSecrets], [answers]] = await db.batch([
    db
      .select({ count })
      .from(integrations)
      .where(and(isNull(integrations.deletedAt), hasOtherKey(integrations, keyId))),
    db.select({ count }).from(subscriptions).where(subscriptionHasOtherKey(keyId)),
    db
      .select({ count })
      .from(idempotencyKeys)
      .where(
        and(
          gt(idempotencyKeys.createdAt, storedAfter),
          isNotNull(idempotencyKeys.bodyKeyId),
          ne(idempotencyKeys.bodyKeyId, keyId),
        ),
      ),
  ]);
  const encrypted = (secrets?.count ?? 0) + (subscriptionSecrets?.count ?? 0);
  return { secrets: encrypted, answers: answers?.count ?? 0 };
}
