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
import type { AppEnv } from "../lib/app-env.ts";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import { openSecretBox } from "../lib/secret-box.ts";
import { DAY, MINUTE } from "../lib/time.ts";

/** How long an answer is given again. */
const KEPT_MS = DAY;

/** After so long without an answer the first request is taken for dead. */
const ABANDONED_MS = MINUTE;

const MAX_KEY_LENGTH = 255;

/** Headers of an answer that belong to it, not to the request that got it. */
const KEPT_HEADERS = new Set(["content-type", "etag", "location", "preference-applied"]);

/**
 * Makes POST safe to send again: a request with an `Idempotency-Key` that was answered before gets the same answer and
 * changes nothing. Keys belong to who sends them, for a day.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("idempotency-key");
  if (key === undefined || c.req.method !== "POST") return next();
  if (key === "" || key.length > MAX_KEY_LENGTH) {
    throw new Problem("invalid-request", `An Idempotency-Key has 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const db = connect(c.env);
  const id = await requestKey(c, key);
  const requestHash = await sha256Hex(new Uint8Array(await c.req.arrayBuffer()));
  if (!(await claimIdempotencyKey(db, id, requestHash, new Date()))) {
    const answer = await earlierAnswer(c, db, id, requestHash);
    if (answer) return answer;
  }
  await next();
  await keep(c, id, c.res.clone());
});

/** Who asks, what for, and the key, as one name. */
export const requestKey = (c: Context<AppEnv>, key: string): Promise<string> =>
  sha256Hex(utf8(JSON.stringify([c.get("principal").actor, c.req.path, key])));

/** The answer that the first request got; null: it got none, and this one takes its place. */
async function earlierAnswer(
  c: Context<AppEnv>,
  db: Database,
  id: string,
  requestHash: string,
): Promise<Response | null> {
  const earlier = await findIdempotencyKey(db, id);
  if (earlier && earlier.requestHash !== requestHash) {
    throw new Problem("idempotency-key-reused", "This Idempotency-Key came with another body before.");
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
  throw new Problem("conflict", "The first request with this Idempotency-Key is still at work.", {
    headers: { "retry-after": "1" },
  });
}

async function keep(c: Context<AppEnv>, id: string, response: Response): Promise<void> {
  // Connected anew: the time of the request's own connection may be over.
  const db = connect(c.env);
  try {
    if (!response.ok) return await releaseIdempotencyKey(db, id);
    const { keyId, ciphertext } = await (await openSecretBox(c.env.ENCRYPTION_KEYS)).encrypt(await response.text(), id);
    const headers = Object.fromEntries([...response.headers].filter(([name]) => KEPT_HEADERS.has(name)));
    await storeResponse(db, id, { statusCode: response.status, headers, bodyCiphertext: ciphertext, bodyKeyId: keyId });
  } catch (error) {
    log.warn("answer not kept for its Idempotency-Key", { requestId: c.get("requestId"), error: describeError(error) });
  }
}

/** Forgets keys older than a day, in bounded steps. */
export async function purgeAnswers(env: Env, now: number): Promise<void> {
  const PAGE = 1000;
  while ((await purgeIdempotencyKeys(connect(env), new Date(now - KEPT_MS), PAGE)) === PAGE);
}
