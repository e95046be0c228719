import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import { type Principal, type VisibleTeams, includesTeam, visibleTeamsOf, type Scope } from "../lib/principal.ts";

/**
 * What a route asks of its caller, spread into `createRoute`: documents the scope and lets in only who has it somewhere.
 * The handler finds in `visibleTeams` where.
 */
export const requireScope = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const visibleTeams = visibleTeamsOf(c.get("principal"), scope);
    if (visibleTeams.length === 0) throw lacks(scope);
    c.set("visibleTeams", visibleTeams);
    await next();
  }),
});

/** As requireScope, for what belongs to the whole platform. */
export const requirePlatformScope = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    if (!c.get("principal").everywhere.has(scope)) throw lacks(scope, "on the whole platform");
    c.set("visibleTeams", "all");
    await next();
  }),
});

const lacks = (scope: Scope, where = "in any team") =>
  new Problem("forbidden", `This requireScope the scope ${scope}, which you do not have ${where}.`);

/**
 * Lets pass who may act on something of a team. Who may not even see it learns nothing of it.
 * @throws Problem `not-found` when it is out of readScope, `forbidden` when it may only be seen
 */
export function assertTeamAccess(
  visibleTeams: VisibleTeams,
  teamId: string | null,
  principal: Principal,
  readScope: Scope,
  what: string,
): void {
  if (includesTeam(visibleTeams, teamId)) return;
  if (includesTeam(visibleTeamsOf(principal, readScope), teamId))
    throw new Problem("forbidden", `You may only look at this ${what}.`);
  throw noSuch(what);
}

/** A request names a team that does not exist, or that its caller may not act for. */
export const noSuchTeam = (): Problem =>
  new Problem("invalid-request", "There is no such team within your visibleTeams.", {
    errors: [{ pointer: "/teamId", detail: "no such team" }],
  });

/**
 * The team that something new is for when its maker names none; null: the platform.
 * @throws Problem `invalid-request` when there are several
 */
export function onlyTeam(visibleTeams: VisibleTeams): string | null {
  if (visibleTeams === "all") return null;
  if (visibleTeams.length === 1 && visibleTeams[0] !== undefined) return visibleTeams[0];
  throw new Problem("invalid-request", "You act for several teams: say for which one this is.", {
    errors: [{ pointer: "/teamId", detail: "needed" }],
  });
}

/** There is none, or none that the caller may know of. */
export const noSuch = (what: string): Problem => new Problem("not-found", `There is no such ${what}.`);
