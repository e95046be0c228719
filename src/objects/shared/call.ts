import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";

const ATTEMPTS = 3;

/**
 * Calls the Durable Object of a name. A call that failed on its way is made again on a fresh stub: what our objects do is
 * idempotent, so an answer lost on its way is no harm.
 * @param whose what the object stands for, as the problem tells it
 * @throws Problem `unavailable` when the object cannot be reached or has too much to do
 */
export async function callByName<Api, T>(
  // The generated stub type spreads unions of results over unions of promises, which nothing can be assigned to.
  namespace: { getByName(name: string): unknown },
  name: string,
  call: (object: Api) => Promise<T>,
  whose: "integration" | "subscription",
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(namespace.getByName(name) as Api);
    } catch (error) {
      const { remote, retryable, overloaded, durableObjectReset } = flags(error);
      log.warn("object call failed", {
        [`${whose}Id`]: name.split("/")[0],
        object: name,
        attempt,
        // What the platform itself says holds nothing that was sent.
        error: remote ? (error as Error).name : String(error),
      });
      if (attempt === ATTEMPTS || overloaded || !(retryable || durableObjectReset)) {
        throw new Problem("unavailable", `This ${whose} cannot take requests for the moment.`, {
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
export function placed<T extends Rpc.DurableObjectBranded | undefined>(
  objects: DurableObjectNamespace<T>,
  {
    OBJECTS_JURISDICTION: jurisdiction,
    OBJECTS_LOCATION: location,
  }: Pick<Env, "OBJECTS_JURISDICTION" | "OBJECTS_LOCATION">,
): Pick<DurableObjectNamespace<T>, "getByName"> {
  const namespace = jurisdiction ? objects.jurisdiction(jurisdiction as DurableObjectJurisdiction) : objects;
  if (!location) return namespace;
  return { getByName: (name) => namespace.getByName(name, { locationHint: location as DurableObjectLocationHint }) };
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
