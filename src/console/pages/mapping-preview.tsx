/** What a mapping makes of the sample and of the last deliveries. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import type { Problem } from "../api.ts";
import { ProblemMessage } from "../parts/components.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Diff } from "../parts/diff.tsx";
import { DryRunEvents } from "../parts/dry-run-events.tsx";
import { withoutFields } from "../parts/fields.tsx";
import { plural } from "../parts/format.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { MAPPING_POINTERS } from "./mapping-form.tsx";

type Previews = Schemas["ReplayPreviews"];
type Result = Schemas["DryRunResult"];

/** A dry run, or why there is none. */
export interface Trial {
  result: Result | null;
  problem: Problem | null;
}

/** @param edited null: nothing is edited */
export const MappingPreview: FC<{
  path: string;
  integrationId: string;
  mayChange: boolean;
  saved: Trial;
  edited: Trial | null;
  previews: Previews | null;
}> = ({ path, integrationId, mayChange, saved, edited, previews }) => {
  const { result, problem } = edited ?? saved;
  return (
    <>
      {result ? (
        <>
          <h2>Alert preview</h2>
          <ProviderSuggestion
            suggestion={result.suggestedProvider}
            integrationId={integrationId}
            mayChange={mayChange}
          />
          <DryRunEvents result={result} />
        </>
      ) : (
        <ProblemMessage problem={withoutFields(problem, MAPPING_POINTERS)} />
      )}
      {previews === null || previews.results.length === 0 ? null : <Coverage path={path} previews={previews} />}
      {edited?.result && saved.result ? (
        <details open>
          <summary>Changes from the saved mapping</summary>
          <Diff before={eventsOf(saved.result)} after={eventsOf(edited.result)} beforeName="saved" afterName="edited" />
        </details>
      ) : null}
    </>
  );
};

/** How many of the last deliveries the mapping reads, and why it cannot read the others. */
const Coverage: FC<{ path: string; previews: Previews }> = ({ path, previews: { results, readable } }) => {
  const failures = Map.groupBy(
    results.filter(({ isReadable }) => !isReadable),
    ({ reason }) => reason ?? "",
  );
  const failed = results.length - readable;
  return (
    <section class="coverage">
      <p>
        <strong class={failed === 0 ? "good" : "bad"}>
          Reads {formatNumber(readable)} of the last {plural(results.length, "delivery", "deliveries")}
        </strong>
        {failed === 0 ? "." : `; ${failed} fail:`}
      </p>
      <ul>
        {[...failures].map(([reason, some]) => (
          <li>
            {formatNumber(some.length)} × <DecisionReason text={reason} />{" "}
            <a href={`${path}?delivery=${some[0]?.deliveryId}`} data-sample={some[0]?.deliveryId}>
              Use as sample
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** The events without what is null, or the reason why there are none. */
function eventsOf({ events, decision }: Result): unknown {
  if (events.length === 0) return decision.reason;
  return events.map((event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)));
}
