/** Calls of the API with the session of the page. */
import type { Schemas } from "../../../packages/client/src/index.ts";

/** An error that a person can read. */
export class CallError extends Error {
  override name = "CallError";
}

/**
 * Calls the API. Without a session it opens the sign-in page.
 * @throws CallError for an error response, or without a connection
 */
export async function callApi<Body>(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Body> {
  const response = await fetch(path, {
    method,
    headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CallError("No connection to the server. Try again.");
  });
  if (response.status === 401) {
    const returnTo = location.pathname + location.search;
    const flash = method === "GET" ? "session-over" : "not-done-signed-out";
    location.assign(`/sign-in?${new URLSearchParams({ returnTo, flash }).toString()}`);
    throw new CallError("Your session has ended. Sign in again.");
  }
  if (response.status === 204) return undefined as Body;
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new CallError((json as Schemas["Problem"] | null)?.detail ?? `HTTP ${response.status}`);
  return json as Body;
}
