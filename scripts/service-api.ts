/** The API of a service, as the scripts call it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./run.ts";

/** Calls an operation. @throws Failure when it is refused, but for 409, with what was answered */
export type Api = (
  method: string,
  route: string,
  body?: unknown,
) => Promise<{ status: number; reply: Record<string, unknown> }>;

/** The service at a URL, called with a key. */
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

/** The service that `npm start` runs on this state directory, called with the root key that it made. */
export function runningService(stateDirectory: string): Api {
  const file = path.join(stateDirectory, "dev.json");
  if (!existsSync(file)) throw new Failure(`No service has started on ${stateDirectory} yet.`);
  const { url, rootApiKey } = JSON.parse(readFileSync(file, "utf8")) as { url: string; rootApiKey: string };
  return serviceAt(url, rootApiKey);
}
