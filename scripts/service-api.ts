/** Calls the API of a service from a script. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./run.ts";

/** Calls an operation. @throws Failure for every error status but 409 */
export type Api = (
  method: string,
  route: string,
  body?: unknown,
) => Promise<{ status: number; reply: Record<string, unknown> }>;

/** A client of the service at a URL. */
export function serviceAt(url: string, key: string): Api {
  return async (method, route, body) => {
    const response = await fetch(new URL(route, url), {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const reply = (response.status === 204 ? {} : await response.json()) as Record<string, unknown>;
    if (!response.ok && response.status !== 409) throw new Failure(`${method} ${route}: ${String(reply.detail)}`);
    return { status: response.status, reply };
  };
}

/** A client of the service that `npm start` runs on this state folder, with its root key. */
export function runningService(stateDirectory: string): Api {
  const file = path.join(stateDirectory, "dev.json");
  if (!existsSync(file)) throw new Failure(`No service has started on ${stateDirectory} yet.`);
  const { url, rootApiKey } = JSON.parse(readFileSync(file, "utf8")) as { url: string; rootApiKey: string };
  return serviceAt(url, rootApiKey);
}
