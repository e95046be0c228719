/** Shared by the tests of Tocsin's own changes of alerts. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { MINUTE } from "../../../src/lib/time.ts";
import { api, objectOf, type TestIntegration } from "../../support/worker.ts";

export const minutesAgo = (minutes: number): number => Date.now() - minutes * MINUTE;

export const timelineOf = async (alertId: string): Promise<Record<string, unknown>[]> =>
  (await api<{ data: Record<string, unknown>[] }>("GET", `/v1/alerts/${alertId}/timeline`)).body.data;

/** Runs the alarm. @returns the minutes until the next one */
export async function minutesUntilAlarm(integration: TestIntegration): Promise<number> {
  await runDurableObjectAlarm(objectOf(integration));
  const at = await runInDurableObject(objectOf(integration), (_, { storage }) => storage.getAlarm());
  return Math.round(((at ?? 0) - Date.now()) / MINUTE);
}
