/** Sends changes of alerts to the API. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { type Before, type Condition, type Outcome, planUndo, type Update } from "../triage/changes.ts";
import { callApi } from "./api.ts";

type BulkResult = Schemas["BulkResult"];

/** Alerts of one request: the limit of the API. */
const MAX_IDS = 500;
/** Requests of a change of all matching alerts: 500 alerts each. */
const MAX_ROUNDS = 40;

/** Changes alerts. @param onlyIf what they must be; undefined: anything @throws CallError */
export async function changeAlerts(ids: readonly string[], update: Update, onlyIf?: Condition): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const some = ids.slice(start, start + MAX_IDS);
    const { results } = await callApi<BulkResult>("POST", "/v1/alerts/bulk", { ids: some, onlyIf, ...update });
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

/** The outcome of the last change of an alert that an undo made or tried. */
interface UndoOutcome extends Outcome {
  update: Update;
}

/** Takes a change back, of the alerts that are still as the change left them. @throws CallError */
export async function undoChange(before: readonly Before[], update: Update): Promise<UndoOutcome[]> {
  const outcomes = new Map<string, UndoOutcome>();
  for (const plan of planUndo(before, update, Date.now())) {
    let { ids } = plan;
    for (const step of plan.steps) {
      for (const outcome of await changeAlerts(ids, step.update, step.onlyIf))
        outcomes.set(outcome.id, { ...outcome, update: step.update });
      ids = ids.filter((id) => outcomes.get(id)?.outcome === "changed");
      if (ids.length === 0) break;
    }
  }
  return [...outcomes.values()];
}
