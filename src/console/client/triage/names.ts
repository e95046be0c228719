/** Names of integrations for rows that arrive live: a page has only those of its rows and of the newest integrations. */
import type { Schemas } from "../../../../packages/client/src/index.ts";
import type { Row } from "../../triage/rows.ts";
import { callApi, CallError } from "../api.ts";

type Names = Readonly<Record<string, string>>;
type OfIntegration = Pick<Row, "integrationId">;

export class IntegrationNames {
  readonly #asked = new Set<string>();

  /** @param rows of the page: an integration whose name it lacks is deleted */
  skip(rows: readonly OfIntegration[]): void {
    for (const { integrationId } of rows) this.#asked.add(integrationId);
  }

  /** Asks once for each name that is not known. @returns the new names; none if the call fails: rows can do without */
  async find(rows: readonly OfIntegration[], known: Names): Promise<Names> {
    const all = new Set(rows.map(({ integrationId }) => integrationId));
    const ids = [...all].filter((id) => known[id] === undefined && !this.#asked.has(id));
    if (ids.length === 0) return {};
    for (const id of ids) this.#asked.add(id);
    const query = new URLSearchParams(ids.map((id) => ["id", id]));
    try {
      const path = `/v1/integrations/names?${query.toString()}`;
      const { data } = await callApi<{ data: Schemas["IntegrationName"][] }>("GET", path);
      return Object.fromEntries(data.map(({ id, name }) => [id, name]));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return {};
    }
  }
}
