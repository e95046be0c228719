/** Calls a Durable Object by its name, and repeats a call that failed on its way. Knows no class of objects. */
import { log } from "../../lib/log.ts";
import { sleep } from "../../lib/pause.ts";
import { Problem } from "../../lib/problem.ts";
import { SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "./backoff.ts";

/** How long a call may take. */
export interface CallLimits {
  /** One attempt, with the retries that the platform makes within it. */
  attemptMs: number;
  /** All attempts with the pauses between them. */
  budgetMs: number;
}

/**
 * For calls with a source or a person waiting. Most senders give up after five seconds or more. Some give up earlier; their
 * delivery is stored even if they do not see the answer.
 */
export const CALL_LIMITS: CallLimits = { attemptMs: 2.5 * SECOND, budgetMs: 4 * SECOND };

/** For calls that wait for Postgres, which may have to wake up, or for other objects. */
export const LONG_CALL_LIMITS: CallLimits = { attemptMs: 25 * SECOND, budgetMs: 30 * SECOND };

const MAX_ATTEMPTS = 3;
const BACKOFF = { baseMs: 250, maxMs: 500 };

const RETRY_AFTER_SECONDS = 5;

/**
 * Calls an object. The platform itself repeats a call that it could not deliver, and a call of a method that is marked with
 * `retryable()` (https://developers.cloudflare.com/durable-objects/best-practices/automatic-retries/). A call that
 * still fails is repeated here on a new stub, after a pause, within the budget. So every call must be idempotent.
 * @param name starts with the id of the owner
 * @param owner the kind of resource that owns the object, for the log and the problem
 * @throws Problem `unavailable` when the object cannot be reached, is overloaded, or does not answer in time
 */
export async function callByName<Api, T>(
  // The generated stub types are too complex to assign anything to them.
  namespace: { getByName(name: string): unknown },
  name: string,
  call: (object: Api) => Promise<T>,
  owner: "integration" | "subscription" | "writer" | "feed",
  { attemptMs, budgetMs }: CallLimits = CALL_LIMITS,
): Promise<T> {
  const deadline = Date.now() + budgetMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(Math.min(attemptMs, deadline - Date.now()), call(namespace.getByName(name) as Api));
    } catch (error) {
      const pauseMs = fullJitterMs(attempt, BACKOFF, Math.random());
      log.warn("object call failed", {
        [`${owner}Id`]: name.split("/")[0],
        object: name,
        attempt,
        // The message of an error thrown by the object may contain data of a delivery; the platform's own messages do not.
        error: flagsOf(error).remote ? (error as Error).name : String(error),
      });
      if (attempt === MAX_ATTEMPTS || !isRepeatable(error) || Date.now() + pauseMs >= deadline) {
        throw unavailable(owner);
      }
      await sleep(pauseMs);
    }
  }
}

/** The error of an object that cannot be used at the moment. */
export const unavailable = (owner: string): Problem =>
  new Problem("unavailable", `This ${owner} is temporarily unavailable. Try again in a few seconds.`, {
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
  });

/** Work took too long. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}

/** The result of work. @throws NoAnswer when it takes longer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoAnswer(`no answer within ${Math.round(ms)} ms`)), ms);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** An overloaded object gets no further calls: they would add to its load. */
function isRepeatable(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = flagsOf(error);
  return !overloaded && (retryable === true || durableObjectReset === true || error instanceof NoAnswer);
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
