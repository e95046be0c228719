/** What the alert list needs besides its rows. */
import { formatNumber } from "../../lib/text.ts";
import type { Row, Sort } from "./rows.ts";

/** Goes to the browser as JSON. */
export interface ListContext {
  /** Path and query of the page. */
  url: string;
  query: string;
  sort: Sort;
  /** Names of integrations by id. */
  names: Record<string, string>;
  /** Teams whose alerts the caller may change; `all`: of all teams. */
  writableTeams: readonly string[] | "all";
  /** Number of alerts that match, on all pages. */
  total: { count: number; isAtLeast: boolean } | null;
}

export const mayChange = ({ writableTeams }: Pick<ListContext, "writableTeams">, { teamId }: Pick<Row, "teamId">) =>
  writableTeams === "all" || (teamId !== null && writableTeams.includes(teamId));

/** A count as text; empty: it is unknown. */
export const countText = (total: ListContext["total"]): string =>
  total === null ? "" : `${formatNumber(total.count)}${total.isAtLeast ? "+" : ""}`;
