import { runInDurableObject } from "cloudflare:test";
import { objectOf, type TestIntegration, withDatabase } from "../../support/worker.ts";

/**
 * Runs work while the database is down. Postgres will reject the deliveries that it brings, for a status that the enum does not
 * have. They are spoilt as they are written: no flush can have read them before.
 * @param where SQL condition on the rows of the outbox
 */
export async function withSpoiltDeliveries(
  integration: TestIntegration,
  where: string,
  work: () => Promise<void>,
): Promise<void> {
  const exec = (query: string) =>
    runInDurableObject(objectOf(integration), (_, { storage }) => void storage.sql.exec(query));
  await exec(`CREATE TRIGGER spoil AFTER INSERT ON outbox BEGIN
    UPDATE outbox SET entries = replace(entries, '"status":"ACCEPTED"', '"status":"NONSENSE"') WHERE key = NEW.key AND ${where};
  END`);
  await withDatabase("down", work);
  await exec("DROP TRIGGER spoil");
}
