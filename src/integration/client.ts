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
      const stub: unknown = placed(env).getByName(name);
      return await call(stub as IntegrationObject);
    } catch (error) {
      const { retryable, overloaded, durableObjectReset } = flags(error);
      console.warn({ message: "object call failed", object: name, attempt, error: String(error) });
      if (attempt === ATTEMPTS || overloaded || !(retryable || durableObjectReset)) {
        throw new Problem("unavailable", "This integration cannot take requests for the moment.", {
          headers: { "retry-after": "5" },
        });
      }
    }
  }
}

/**
 * Gets objects where the operator wants them. A jurisdiction is part of an object's id; a location is a hint for the moment at
 * which an object is made. https://developers.cloudflare.com/durable-objects/reference/data-location/
 */
export function placed({
  INTEGRATIONS,
  OBJECTS_JURISDICTION: jurisdiction,
  OBJECTS_LOCATION: location,
}: Pick<Env, "INTEGRATIONS" | "OBJECTS_JURISDICTION" | "OBJECTS_LOCATION">): Pick<Env["INTEGRATIONS"], "getByName"> {
  const namespace = jurisdiction ? INTEGRATIONS.jurisdiction(jurisdiction as DurableObjectJurisdiction) : INTEGRATIONS;
  if (!location) return namespace;
  return { getByName: (name) => namespace.getByName(name, { locationHint: location as DurableObjectLocationHint }) };
}

/** https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
function flags(error: unknown): { retryable?: boolean; overloaded?: boolean; durableObjectReset?: boolean } {
  return typeof error === "object" && error !== null ? error : {};
}
