/** What the API calls of one request to the Worker share. A console page makes several calls; a request to the API is one. */
import type { Context } from "hono";
import { connectGathering, type Database } from "../db/client.ts";
import type { AppEnv } from "../lib/app-env.ts";
import type { Principal } from "../lib/principal.ts";

interface RequestScope {
  database: Database;
  /** The authenticated caller by credentials; null: they are invalid. */
  callers: Map<string, Promise<Principal | null>>;
}

/** The calls of a page run with the execution context of its request. */
const scopes = new WeakMap<object, RequestScope>();

function scopeOf(c: Context<AppEnv>): RequestScope {
  const known = scopes.get(c.executionCtx);
  if (known) return known;
  const scope = { database: connectGathering(c.env), callers: new Map() };
  scopes.set(c.executionCtx, scope);
  return scope;
}

/** The database of a request, for reads: those that start together take one round trip. */
export const database = (c: Context<AppEnv>): Database => scopeOf(c).database;

/**
 * Authenticates the credentials of a request once, however many calls present them.
 * @param authenticate returns null for invalid credentials
 */
export function callerOnce(
  c: Context<AppEnv>,
  authenticate: () => Promise<Principal | null>,
): Promise<Principal | null> {
  const { callers } = scopeOf(c);
  const credentials = JSON.stringify([c.req.header("authorization"), c.req.header("cookie")]);
  const known = callers.get(credentials);
  if (known) return known;
  const caller = authenticate();
  callers.set(credentials, caller);
  return caller;
}
