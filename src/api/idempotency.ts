import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { connect, type Database } from "../db/client.ts";
import {
  claimIdempotencyKey,
  findIdempotencyKey,
  storeResponse,
  purgeIdempotencyKeys,
  reclaimIdempotencyKey,
  releaseIdempotencyKey,
} from "../db/idempotency-keys.ts";
import { describeError } from "../db/errors.ts";
import type { Step } from "../db/steps.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import { openSecretBox } from "../lib/secret-box.ts";
import { DAY, MINUTE } from "../lib/time.ts";

/** How long a response is replayed. */
export const ANSWER_KEPT_MS = DAY;

/** After this time without a response, a repeat takes over from the first request. */
const ABANDONED_MS = MINUTE;

const MAX_KEY_LENGTH = 255;

/** Headers that are replayed with a response. */
const KEPT_HEADERS = new Set(["content-type", "etag", "location", "preference-applied"]);

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Makes changes safe to repeat: a request with a known `Idempotency-Key` gets the response of the first request and changes
 * nothing. Keys are kept per caller, method and path, for a day.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("idempotency-key");
  if (key === undefined || SAFE_METHODS.has(c.req.method)) return next();
  if (key === "" || key.length > MAX_KEY_LENGTH) {
    throw new Problem("invalid-request", `Invalid Idempotency-Key. Use 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const db = connect(c.env);
  const id = await requestKey(c, key);
  const requestHash = await hashOfRequest(c);
  const now = Date.now();
  if (!(await claimIdempotencyKey(db, id, requestHash, new Date(now), new Date(now - ANSWER_KEPT_MS)))) {
    const response = await earlierResponse(c, db, id, requestHash);
    if (response) return response;
  }
  await next();
  await keep(c, id, c.res.clone());
});

/** A hash of what a repeat must have in common with the first request: its query and its body. */
async function hashOfRequest(c: Context<AppEnv>): Promise<string> {
  const { search } = new URL(c.req.url);
  return sha256Hex(utf8(JSON.stringify([search, await sha256Hex(new Uint8Array(await c.req.arrayBuffer()))])));
}

/** Returns the database id of an `Idempotency-Key`: a hash of caller, method, path and key. */
export const requestKey = (c: Context<AppEnv>, key: string): Promise<string> =>
  sha256Hex(utf8(JSON.stringify([c.get("principal").actor, c.req.method, c.req.path, key])));

/** Returns the response of the first request; null if it has none and this request takes over. */
async function earlierResponse(
  c: Context<AppEnv>,
  db: Database,
  id: string,
  requestHash: string,
): Promise<Response | null> {
  const earlier = await findIdempotencyKey(db, id);
  if (earlier && earlier.requestHash !== requestHash) {
    throw new Problem(
      "idempotency-key-reused",
      "This Idempotency-Key was used with another query or body. Use a new key.",
    );
  }
  if (earlier?.statusCode && earlier.bodyCiphertext !== null && earlier.bodyKeyId !== null) {
    const secretBox = await openSecretBox(c.env.ENCRYPTION_KEYS);
    const body = await secretBox.decrypt({ keyId: earlier.bodyKeyId, ciphertext: earlier.bodyCiphertext }, id);
    return new Response(body === "" ? null : body, {
      status: earlier.statusCode,
      headers: { ...(earlier.headers as Record<string, string>), "idempotency-replayed": "true" },
    });
  }
  const now = Date.now();
  if (await reclaimIdempotencyKey(db, id, new Date(now - ABANDONED_MS), new Date(now))) return null;
  throw new Problem(
    "conflict",
    "The first request with this Idempotency-Key is still running. Try again in a second.",
    {
      headers: { "retry-after": "1" },
    },
  );
}

async function keep(c: Context<AppEnv>, id: string, response: Response): Promise<void> {
  // The time limit of the connection of the request may be over.
  const db = connect(c.env);
  try {
    if (!response.ok) return await releaseIdempotencyKey(db, id);
    const { keyId, ciphertext } = await (await openSecretBox(c.env.ENCRYPTION_KEYS)).encrypt(await response.text(), id);
    const headers = Object.fromEntries([...response.headers].filter(([name]) => KEPT_HEADERS.has(name)));
    await storeResponse(db, id, { statusCode: response.status, headers, bodyCiphertext: ciphertext, bodyKeyId: keyId });
  } catch (error) {
    log.warn("response not stored for its Idempotency-Key", {
      requestId: c.get("requestId"),
      error: describeError(error),
    });
  }
}

/** Deletes expired keys. @param now Unix ms */
export const purgeAnswers = (now: number): Step => purgeIdempotencyKeys(new Date(now - ANSWER_KEPT_MS));
