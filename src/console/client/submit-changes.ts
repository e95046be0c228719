/** Sends changes of alerts to the API. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { beforeOf, type Condition, isChanged, type Outcome, planUndo, type Update } from "../triage/changes.ts";
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

/** Changes all alerts that match a query and have one of some statuses. @throws CallError */
export async function changeMatching(
  query: string,
  statuses: readonly AlertStatus[],
  update: Update,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  for (const status of statuses) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const filter = { status: [status], ...(query !== "" && { query }) };
      const { results, isComplete, changed } = await callApi<BulkResult>("POST", "/v1/alerts/bulk", {
        filter,
        ...update,
      });
      for (const result of results) {
        const earlier = outcomes.get(result.id);
        // While Postgres is slow, a round may read alerts that an earlier one has changed.
        if (!earlier || !isChanged(earlier)) outcomes.set(result.id, result);
      }
      if (isComplete || changed === 0) break;
    }
  }
  return [...outcomes.values()];
}

/** The outcome of the last change of an alert that an undo made or tried. */
interface UndoOutcome extends Outcome {
  update: Update;
}

/**
 * Takes a change back, of the alerts that are still as the change left them.
 * @param changed the outcomes of the change
 * @throws CallError
 */
export async function undoChange(changed: readonly Outcome[], update: Update): Promise<UndoOutcome[]> {
  const outcomes = new Map<string, UndoOutcome>();
  for (const plan of planUndo(beforeOf(changed), update, Date.now())) {
    let { ids } = plan;
    for (const step of plan.steps) {
      for (const outcome of await changeAlerts(ids, step.update, step.onlyIf))
        outcomes.set(outcome.id, { ...outcome, update: step.update });
      ids = ids.filter((id) => {
        const outcome = outcomes.get(id);
        return outcome !== undefined && isChanged(outcome);
      });
      if (ids.length === 0) break;
    }
  }
  return [...outcomes.values()];
}
