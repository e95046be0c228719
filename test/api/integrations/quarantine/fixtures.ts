/** An integration with quarantined rows: Postgres rejects a delivery with a status that its enum does not have. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { api, createIntegration, deliver, flushed, objectOf, type TestIntegration } from "../../../support/worker.ts";
import { withSpoiltDeliveries } from "../../../objects/integration/spoil.ts";

export interface Row {
  row: number;
  deliveryId: string;
  alertIds: string[];
  error: string;
}

/** The API's numbers of the first three rows of an integration with one shard. */
export const [ROW_1, ROW_2, ROW_3] = [16, 32, 48];

/** Creates an integration with the deliveries a, b and c, of which a and c are quarantined. */
export async function createQuarantine(): Promise<TestIntegration> {
  const integration = await createIntegration();
  await withSpoiltDeliveries(integration, "key <> 2", async () => {
    for (const title of ["a", "b", "c"]) await deliver(integration, { id: title, title });
  });
  await runDurableObjectAlarm(objectOf(integration));
  await flushed(integration);
  return integration;
}

/**
 * Makes quarantined rows acceptable to Postgres again.
 * @param where SQL condition on the object's own row numbers
 */
export const repair = (integration: TestIntegration, where = "TRUE"): Promise<void> =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec(
      `UPDATE quarantine SET entry = replace(entry, '"status":"NONSENSE"', '"status":"ACCEPTED"') WHERE ${where}`,
    );
  });

export const pathOf = ({ id }: TestIntegration): string => `/v1/integrations/${id}/quarantine`;

export const listRows = async (integration: TestIntegration): Promise<Row[]> =>
  (await api<{ data: Row[] }>("GET", pathOf(integration))).body.data;
