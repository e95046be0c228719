/** Writes results as Neon's proxy does. Source: `query_to_json` of proxy/src/serverless/sql_over_http.rs */
import type { QueryResult } from "./backend.ts";
import { responseTooLarge } from "./errors.ts";

/** The results of a request as JSON, bounded: the proxy holds a reply in memory. */
export class Reply {
  readonly #limit: number;
  readonly #texts = new Map<QueryResult, string>();
  #bytes = 0;

  /** @param limit bytes; checked before each row, so that the last row may exceed it */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The JSON of a result. @throws ProxyError if the reply becomes too large */
  render(result: QueryResult, isArrayMode: boolean): string {
    const known = this.#texts.get(result);
    if (known !== undefined) return known;
    const names = result.fields.map(({ name }) => name);
    const fields = JSON.stringify(
      result.fields.map(({ name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier }) => ({
        name,
        dataTypeID,
        tableID,
        columnID,
        dataTypeSize,
        dataTypeModifier,
        format: "text",
      })),
    );
    this.#bytes += Buffer.byteLength(fields);
    const rows = result.rows.map((row) => {
      if (this.#bytes > this.#limit) throw responseTooLarge(this.#limit);
      const text = JSON.stringify(isArrayMode ? row : Object.fromEntries(names.map((name, i) => [name, row[i]])));
      this.#bytes += Buffer.byteLength(text) + 1;
      return text;
    });
    const { command, rowCount } = result;
    const rest = JSON.stringify({ command, rowCount, rowAsArray: isArrayMode }).slice(1);
    const text = `{"fields":${fields},"rows":[${rows.join(",")}],${rest}`;
    this.#texts.set(result, text);
    return text;
  }
}
