/** The labels of an alert as chips. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import { LabelChip } from "../triage/label-chip.tsx";
import type { ListContext } from "../triage/list-context.ts";

/** The labels as chips, which filter the list. */
export const AlertLabels: FC<{ labels: Record<string, string>; context: Pick<ListContext, "url" | "query"> }> = ({
  labels,
  context,
}) => {
  const entries = Object.entries(labels);
  if (entries.length === 0) return <p class="muted">None.</p>;
  return (
    <p class="chips">
      {entries.map(([name, value]) => (
        <LabelChip name={name} value={value} context={context} />
      ))}
    </p>
  );
};
