/** What the page of the alert list gives to its script, as JSON. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Histogram } from "./histogram.ts";
import type { ListContext } from "./list-context.ts";
import type { ListFilter, Row } from "./rows.ts";

export interface TriageData {
  rows: Row[];
  filter: ListFilter;
  counts: Schemas["AlertCounts"]["data"];
  /** URL of the live stream. */
  stream: string;
  /** Whether there is another page. */
  isPartial: boolean;
  /** The cursor of the page; undefined: it is the first. */
  cursor: string | undefined;
  user: { id: string; name: string };
  context: ListContext;
  /** Null: it is hidden. */
  histogram: Histogram | null;
}
