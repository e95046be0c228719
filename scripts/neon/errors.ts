/**
 * Error replies of Neon's proxy, word for word.
 * Sources: proxy/src/serverless/{sql_over_http,error,backend}.rs, proxy/src/auth/mod.rs, proxy/src/control_plane/{errors,messages}.rs
 */

/** A reply other than 200. Its message is in `body.message`. */
export class ProxyError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body.message));
    this.status = status;
    this.body = body;
  }
}

/** The keys of an error that did not come from Postgres: Rust's default of a text is the empty string. */
const NO_DATABASE_ERROR = {
  code: "", detail: null, hint: null, position: null, internalPosition: null, internalQuery: null, severity: "",
  where: null, table: null, column: null, schema: null, dataType: null, constraint: null, file: null, line: null,
  routine: null,
} as const; // prettier-ignore

const proxyError = (status: number, message: string, fields: object = {}): ProxyError =>
  new ProxyError(status, { message, ...NO_DATABASE_ERROR, ...fields });

/** The client's request is wrong. */
export const badRequest = (message: string): ProxyError => proxyError(400, message);

export const invalidBody = (reason: string): ProxyError =>
  badRequest(`could not parse the HTTP request body: ${reason}`);

export const passwordFailed = (user: string): ProxyError =>
  badRequest(`password authentication failed for user '${user}'`);

export const requestTooLarge = (limit: number): ProxyError =>
  proxyError(413, `request is too large (max is ${limit} bytes)`);

export const responseTooLarge = (limit: number): ProxyError =>
  proxyError(507, `response is too large (max is ${limit} bytes)`);

/** The rate limit of an endpoint. */
export const tooManyConnections = (): ProxyError =>
  proxyError(500, "Too many connections to this endpoint. Please try again later.");

/** Too many connections to the compute are being opened at the same time. */
export const permitRefused = (): ProxyError =>
  proxyError(
    500,
    "Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.",
  );

/** Postgres has no connection left for this role. */
export const connectionSlotsReserved = (): ProxyError =>
  proxyError(500, "remaining connection slots are reserved for roles with the SUPERUSER attribute", {
    code: "53300",
    severity: "FATAL",
  });

/** The control plane could not start the compute. */
export const controlPlaneFailed = (): ProxyError => proxyError(500, "Control plane request failed");

/**
 * A monthly limit of the plan is used up, and the compute suspended.
 * @param status 402 in production (since 2026); 500 in the published source
 */
export function quotaExhausted(status: 402 | 500 = 402): ProxyError {
  const message = "Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.";
  return status === 402 ? new ProxyError(402, { message }) : proxyError(500, message);
}

/** A gateway in front of the proxy limits the rate. */
export const tooManyRequests = (): ProxyError => new ProxyError(429, { msg: "too many requests" });

/** The proxy shuts down, or the client went away. */
export const cancelled = (): ProxyError =>
  new ProxyError(400, { message: "Query cancelled, connection was terminated", code: "08P01" });

/** The fields of an error of Postgres, in the proxy's order. `position` and `line` are strings. */
const FIELDS = ["message", ...Object.keys(NO_DATABASE_ERROR)];

const sqlStateOf = (error: unknown): string | null => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // Codes of Node (ECONNREFUSED …) are longer: Postgres did not answer.
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

function databaseError(status: number, error: unknown): ProxyError {
  const fields = error as Record<string, unknown>;
  return new ProxyError(status, Object.fromEntries(FIELDS.map((name) => [name, fields[name] ?? null])));
}

/** An error while connecting to Postgres. Only an unknown database is the client's fault. */
export function connectFailed(error: unknown): ProxyError {
  const code = sqlStateOf(error);
  return code === null
    ? proxyError(500, "Couldn't connect to compute node")
    : databaseError(code === "3D000" ? 400 : 500, error);
}

/** An error of a query. The proxy answers 400 also when it lost the connection. */
export const queryFailed = (error: unknown): ProxyError =>
  sqlStateOf(error) === null ? badRequest("connection closed") : databaseError(400, error);
