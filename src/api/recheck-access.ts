import type { Context } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { covers, narrowTo, type Scope, type VisibleTeams, visibleTeamsOf } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { SECOND } from "../lib/time.ts";
import { principalOf } from "./auth.ts";

/** Interval at which a running response checks the caller's access again. */
const RECHECK_MS = 15 * SECOND;

/**
 * Returns the check of a response that takes long: call it before each of its reads.
 * @param visibleTeams the teams that the response began with
 * @param teamIds the teams that the request names; undefined: it names none
 * @throws Problem `unauthenticated` or `forbidden` when the caller can no longer see all of them; the rest would look complete
 */
export function assertSameAccess(
  c: Context<AppEnv>,
  scope: Scope,
  visibleTeams: VisibleTeams,
  teamIds?: readonly string[],
): () => Promise<void> {
  let checkedAt = Date.now();
  return async () => {
    if (Date.now() - checkedAt < RECHECK_MS) return;
    const principal = await principalOf(c);
    if (!principal) throw new Problem("unauthenticated", "The key or session is no longer valid.");
    if (!covers(narrowTo(visibleTeamsOf(principal, scope), teamIds), visibleTeams))
      throw new Problem("forbidden", "The caller can no longer see all teams of this response.");
    checkedAt = Date.now();
  };
}
