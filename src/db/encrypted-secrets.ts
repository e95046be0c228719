/** Which of the keys in ENCRYPTION_KEYS the database still requireScope. */
import { and, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import type { IntegrationRow } from "./integrations.ts";
import type { EncryptedSecret } from "../lib/secret-box.ts";
import type { SubscriptionRow } from "./subscriptions.ts";
import { idempotencyKeys, integrations, subscriptions } from "./schema.ts";

/** The columns that a row has with a secret, and maybe the one before. */
export type EncryptedRow = Pick<
  IntegrationRow,
  "secretKeyId" | "secretCiphertext" | "previousSecretKeyId" | "previousSecretCiphertext" | "previousSecretExpiresAt"
>;

/** The secrets of a row: the present one, and the one before as long as that overlaps. */
export function secretsOf(row: EncryptedRow): EncryptedSecret[] {
  const present = { keyId: row.secretKeyId, ciphertext: row.secretCiphertext, expiresAt: null };
  const { previousSecretKeyId: keyId, previousSecretCiphertext: ciphertext, previousSecretExpiresAt } = row;
  if (keyId === null || ciphertext === null || previousSecretExpiresAt === null) return [present];
  return [present, { keyId, ciphertext, expiresAt: previousSecretExpiresAt.getTime() }];
}

/** Rows with a secret under another key than this. */
const underAnother = (table: typeof integrations | typeof subscriptions, keyId: string) =>
  or(ne(table.secretKeyId, keyId), ne(table.previousSecretKeyId, keyId));

/** Integrations that are not deleted, and have a secret under another key than this. */
const encryptedWithOldKey = (keyId: string) => and(isNull(integrations.deletedAt), underAnother(integrations, keyId));

/** Integrations with a secret under another key than this, from behind an id on. */
export function listEncryptedWithOldKey(
  db: Database,
  keyId: string,
  afterId: string | null,
  limit: number,
): Promise<IntegrationRow[]> {
  return db
    .select()
    .from(integrations)
    .where(and(encryptedWithOldKey(keyId), afterId === null ? undefined : sql`${integrations.id} > ${afterId}::uuid`))
    .orderBy(integrations.id)
    .limit(limit);
}

/** Subscriptions with a secret under another key than this. */
export const listSubscriptionsEncryptedWithOldKey = (db: Database, keyId: string): Promise<SubscriptionRow[]> =>
  db.select().from(subscriptions).where(underAnother(subscriptions, keyId)).orderBy(subscriptions.id);

/** What still requireScope another key than this: secrets, objects that have not heard of the new ciphertext, kept answers. */
export async function countEncryptedWithOldKey(db: Database, keyId: string) {
  const count = sql<number>`count(*)::int`;
  const [[secrets], [ofSubscriptions], [objects], [answers]] = await db.batch([
    db.select({ count }).from(integrations).where(encryptedWithOldKey(keyId)),
    db.select({ count }).from(subscriptions).where(underAnother(subscriptions, keyId)),
    db
      .select({ count })
      .from(integrations)
      .where(and(isNull(integrations.deletedAt), lt(integrations.syncedVersion, integrations.version))),
    db
      .select({ count })
      .from(idempotencyKeys)
      .where(and(isNotNull(idempotencyKeys.bodyKeyId), ne(idempotencyKeys.bodyKeyId, keyId))),
  ]);
  const encrypted = (secrets?.count ?? 0) + (ofSubscriptions?.count ?? 0);
  return { secrets: encrypted, objects: objects?.count ?? 0, answers: answers?.count ?? 0 };
}
