/**
 * Limits guesses at the password of one account, from whatever addresses they come. A limit and no lock: it is over after a minute,
 * sessions go on, and a browser in which the user has signed in before has a limit of its own.
 */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { LRUCache } from "lru-cache";
import { insertAuditEventUnless } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { findUserByEmail } from "../../db/users.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { isMarkOf, newMark } from "../../lib/known-browser.ts";
import { log } from "../../lib/log.ts";
import { UNAUTHENTICATED } from "../../lib/principal.ts";
import { isWithinLimit } from "../../lib/rate-limit.ts";
import { DAY, HOUR, SECOND } from "../../lib/time.ts";
import { auditEvent } from "../audit.ts";
import { limited } from "../auth.ts";
import { COOKIE_PREFIX, hostPrefix } from "./principal.ts";

const BROWSER_COOKIE = `${COOKIE_PREFIX}.known_browser`;
const BROWSER_MS = 180 * DAY;

/** The shortest time between two audit events about one account. */
const BURST_MS = HOUR;

/**
 * When this isolate last recorded a burst of an account, in Unix ms: a flood makes no query for each request. The `ttl` of lru-cache
 * needs a timer, and Workers cancels timers when a request ends.
 */
const recorded = new LRUCache<string, number>({ max: 1000 });

/**
 * Counts a sign-in with a password before the password is checked.
 * @throws Problem `too-many-requests` over ACCOUNT_LIMITER; the same for an unknown address
 */
export async function countSignIn(c: Context<AppEnv>, email: string): Promise<void> {
  const mark = await knownMark(c, email);
  const account = await hashOf(email.toLowerCase());
  if (await isWithinLimit(c.env.ACCOUNT_LIMITER, mark ? `browser ${mark}` : `account ${account}`)) return;
  log.warn("sign-ins of one account limited", { requestId: c.get("requestId") });
  const now = Date.now();
  if (now - (recorded.get(account) ?? 0) > BURST_MS) {
    recorded.set(account, now);
    c.executionCtx.waitUntil(
      recordBurst(c, email).catch((error: unknown) => {
        recorded.delete(account);
        log.warn("burst of sign-ins not recorded", { requestId: c.get("requestId"), error: describeError(error) });
      }),
    );
  }
  throw overLimit();
}

/**
 * Counts the check of a signed-in user's present password.
 * @throws Problem `too-many-requests` over ACCOUNT_LIMITER
 */
export async function countPresentPassword(c: Context<AppEnv>, userId: string): Promise<void> {
  if (!(await isWithinLimit(c.env.ACCOUNT_LIMITER, `password ${userId}`))) throw overLimit();
}

const overLimit = () =>
  limited(
    "Too many sign-in attempts for this account (ACCOUNT_LIMITER). Try again in a minute, use a browser in which you have signed in before, or sign in at an identity provider.",
  );

/** Marks the browser as one in which the user has signed in. */
export async function rememberBrowser(c: Context<AppEnv>, email: string): Promise<void> {
  if (!c.env.AUTH_SECRET || (await knownMark(c, email))) return;
  const prefix = hostPrefix(c);
  setCookie(c, BROWSER_COOKIE, await newMark(email, c.env.AUTH_SECRET), {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: prefix !== undefined,
    maxAge: BROWSER_MS / SECOND,
    ...(prefix && { prefix }),
  });
}

/** The mark of the browser, if it is one of this user. */
async function knownMark(c: Context<AppEnv>, email: string): Promise<string | null> {
  const mark = getCookie(c, BROWSER_COOKIE, hostPrefix(c));
  return mark !== undefined && (await isMarkOf(mark, email, c.env.AUTH_SECRET)) ? mark : null;
}

/** Records an audit event about too many sign-in attempts, at most once an hour for each account. */
async function recordBurst(c: Context<AppEnv>, email: string): Promise<void> {
  const db = connect(c.env);
  const user = await findUserByEmail(db, email);
  if (!user) return;
  c.set("principal", UNAUTHENTICATED);
  const event = auditEvent(c, {
    action: "user.sign-ins-limited",
    targetType: "user",
    targetId: user.id,
    teamId: null,
    after: { limiter: "ACCOUNT_LIMITER" },
  });
  await insertAuditEventUnless(db, event, new Date(event.createdAt.getTime() - BURST_MS));
}
