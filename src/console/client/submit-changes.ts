/** Sends changes of alerts to the API. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { type Before, undoSteps, type Update } from "../triage/changes.ts";
import { callApi } from "./api.ts";

type BulkResult = Schemas["BulkResult"];
type Outcome = BulkResult["results"][number];

/** Alerts of one request: the limit of the API. */
const MAX_IDS = 500;
/** Requests of a change of all matching alerts: 500 alerts each. */
const MAX_ROUNDS = 40;

/** Changes alerts. @throws CallError */
export async function changeAlerts(ids: readonly string[], update: Update): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const some = ids.slice(start, start + MAX_IDS);
    const { results } = await callApi<BulkResult>("POST", "/v1/alerts/bulk", { ids: some, ...update });
    outcomes.push(...results);
  }
  return outcomes;
}

/**
 * Changes all alerts that match a query and have one of some statuses.
 * @returns what the changed alerts were before, and how many were not changed
 * @throws CallError
 */
export async function changeMatching(
  query: string,
  statuses: readonly AlertStatus[],
  update: Update,
): Promise<{ before: Before[]; skipped: number }> {
  const before: Before[] = [];
  let skipped = 0;
  for (const status of statuses) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const filter = { status: [status], ...(query !== "" && { query }) };
      const { results, isComplete, changed } = await callApi<BulkResult>("POST", "/v1/alerts/bulk", {
        filter,
        ...update,
      });
      const done = results.filter(({ outcome }) => outcome === "changed");
      before.push(...done.map(({ id }) => ({ id, status, snoozedUntil: null })));
      skipped += results.length - done.length;
      if (isComplete || changed === 0) break;
    }
  }
  return { before, skipped };
}

/** Takes a change back. @returns the outcomes of the last change of each alert. @throws CallError */
export async function undoChange(before: readonly Before[], update: Update): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  for (const step of undoSteps(before, update))
    for (const outcome of await changeAlerts(step.ids, step.update)) outcomes.set(outcome.id, outcome);
  return [...outcomes.values()];
}
