/** What the alert list shows instead of rows. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { type Caller, hasScopeSomewhere } from "../context.ts";
import { Empty } from "../parts/components.tsx";
import type { AlertFilter } from "./alert-filter.ts";

type Counts = Schemas["AlertCounts"];

/** The query bar says what is wrong. */
export const QueryError: FC = () => (
  <Empty title="The query has an error.">
    <p>
      Correct it, or <a href="/alerts">clear the filters</a>.
    </p>
  </Empty>
);

/** @param names names of integrations by id */
export const NoAlerts: FC<{
  filter: AlertFilter;
  counts: Counts | null;
  names: ReadonlyMap<string, string>;
  caller: Caller;
}> = ({ filter, counts, names, caller }) => {
  if (filter.query !== "") {
    return (
      <Empty title="No matching alerts.">
        <p>
          <a href="/alerts">Clear filters</a>
        </p>
      </Empty>
    );
  }
  if (counts === null ? names.size === 0 : hasNoAlert(counts)) return <Start names={names} caller={caller} />;
  return <Empty title={filter.view.id === "unresolved" ? "No unresolved alerts." : "No alerts."} />;
};

/** Whether the caller sees no alert of any status. */
const hasNoAlert = (counts: Counts): boolean =>
  counts.muted.count === 0 && counts.data.every(({ count }) => count === 0);

/** The first steps of a new deployment. */
const Start: FC<{ names: ReadonlyMap<string, string>; caller: Caller }> = ({ names, caller }) => {
  const [first] = names.keys();
  const text = <p class="muted">Alerts appear here as soon as a source sends one.</p>;
  if (!hasScopeSomewhere(caller, "integrations:write")) return <Empty title="No alerts yet.">{text}</Empty>;
  return (
    <Empty title="No alerts yet.">
      {text}
      <p class="buttons centered">
        <a class="button" href="/integrations/new">
          Connect a source
        </a>
        {first === undefined ? null : (
          <a class="button quiet" href={names.size === 1 ? `/integrations/${first}` : "/integrations"}>
            Send a test delivery
          </a>
        )}
      </p>
    </Empty>
  );
};
