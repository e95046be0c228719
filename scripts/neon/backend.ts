/** What the Neon endpoint needs of the database behind it. */

export interface Query {
  query: string;
  /** In the text format of Postgres. */
  params: (string | null)[];
}

/** A column of a result, as in the RowDescription message of Postgres. */
export interface Field {
  name: string;
  dataTypeID: number;
  /** Object id of the table of a plain column; 0 for an expression. */
  tableID: number;
  columnID: number;
  /** Bytes; -1: of variable size. */
  dataTypeSize: number;
  dataTypeModifier: number;
}

/** The result of a query, with values in the text format of Postgres. */
export interface QueryResult {
  fields: Field[];
  rows: (string | null)[][];
  /** First word of the command tag. */
  command: string;
  rowCount: number | null;
}

/** How a request is executed. */
export interface Execution {
  /** Aborted when the client goes away: the proxy then cancels the query. */
  signal?: AbortSignal;
  /** Receives each result before the commit. If it throws, the transaction is rolled back. */
  onResult?: (result: QueryResult) => void;
}

/** A database behind the endpoint. @throws ProxyError, an error of Postgres with its SQLSTATE, or a lost connection */
export interface Backend {
  query(query: Query, execution?: Execution): Promise<QueryResult>;
  /** Runs queries in one transaction. @param options of `BEGIN` */
  transaction(queries: readonly Query[], options: string, execution?: Execution): Promise<QueryResult[]>;
  close(): Promise<void>;
}
