/** Calls a Durable Object by its name, and repeats a call that failed on its way. Knows no class of objects. */
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";

const MAX_ATTEMPTS = 3;

const RETRY_AFTER_SECONDS = 5;

/**
 * Calls an object. A call that failed on its way is repeated on a new stub, so every call of our objects must be idempotent.
 * @param name starts with the id of the owner
 * @param owner the kind of resource that owns the object, for the log and the problem
 * @throws Problem `unavailable` when the object cannot be reached or is overloaded
 */
export async function callByName<Api, T>(
  // The generated stub types are too complex to assign anything to them.
  namespace: { getByName(name: string): unknown },
  name: string,
  call: (object: Api) => Promise<T>,
  owner: "integration" | "subscription" | "writer" | "feed",
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(namespace.getByName(name) as Api);
    } catch (error) {
      const { remote, retryable, overloaded, durableObjectReset } = flagsOf(error);
      log.warn("object call failed", {
        [`${owner}Id`]: name.split("/")[0],
        object: name,
        attempt,
        // The message of an error thrown by the object may contain data of a delivery; the platform's own messages do not.
        error: remote ? (error as Error).name : String(error),
      });
      if (attempt === MAX_ATTEMPTS || overloaded || !(retryable || durableObjectReset)) {
        throw new Problem("unavailable", `This ${owner} is temporarily unavailable. Try again in a few seconds.`, {
          headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
        });
      }
    }
  }
}

/**
 * Gets objects in the location that the deployment configures. A jurisdiction is part of an object's id. A location is only a
 * hint for where to create an object. https://developers.cloudflare.com/durable-objects/reference/data-location/
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
interface ErrorFlags {
  remote?: boolean;
  retryable?: boolean;
  overloaded?: boolean;
  durableObjectReset?: boolean;
}

const flagsOf = (error: unknown): ErrorFlags => (typeof error === "object" && error !== null ? error : {});
