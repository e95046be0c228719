import { describeError } from "../db/errors.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import type { IntegrationObject } from "./messages.ts";

const ATTEMPTS = 3;

/**
 * Calls one of an integration's objects by its name, which for the first one is the integration's id. A call that failed on its way is made again on a fresh stub: what the object does is
 * idempotent by the ids that it is given, so an answer lost on its way is no harm.
 * @throws Problem `unavailable` when the object cannot be reached or has too much to do.
 */
export async function callObject<T>(
  env: Env,
  name: string,
  call: (object: IntegrationObject) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      // The generated stub type spreads unions of results over unions of promises, which nothing can be assigned to.
      const stub: unknown = env.INTEGRATIONS.getByName(name);
      return await call(stub as IntegrationObject);
    } catch (error) {
      const { remote, retryable, overloaded, durableObjectReset } = flags(error);
      log.warn("object call failed", {
        integrationId: name.split("/")[0],
        object: name,
        attempt,
        // What the platform itself says holds nothing that was sent.
        error: remote ? describeError(error) : String(error),
      });
      if (attempt === ATTEMPTS || overloaded || !(retryable || durableObjectReset)) {
        throw new Problem("unavailable", "This integration cannot take requests for the moment.", {
          headers: { "retry-after": "5" },
        });
      }
    }
  }
}

/** https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
function flags(error: unknown): {
  remote?: boolean;
  retryable?: boolean;
  overloaded?: boolean;
  durableObjectReset?: boolean;
} {
  return typeof error === "object" && error !== null ? error : {};
}
