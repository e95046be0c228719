/** Authorization: the scope that a route requires, and access to the resources of a team. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import { includesTeam, type Principal, type Scope, type VisibleTeams, visibleTeamsOf } from "../lib/principal.ts";

/**
 * Requires a scope in at least one team, and sets `visibleTeams` to the teams in which the caller has it.
 * Spread the result into `createRoute`: it contains the middleware and the documented security.
 */
export const requireScope = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const visibleTeams = visibleTeamsOf(c.get("principal"), scope);
    if (visibleTeams.length === 0) throw missingScope(scope);
    c.set("visibleTeams", visibleTeams);
    await next();
  }),
});

/** Requires a scope on the whole platform. Spread the result into `createRoute`. */
export const requirePlatformScope = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    if (!c.get("principal").everywhere.has(scope)) throw missingScope(scope, " on the whole platform");
    c.set("visibleTeams", "all");
    await next();
  }),
});

const missingScope = (scope: Scope, where = "") =>
  new Problem("forbidden", `Missing scope \`${scope}\`${where}. Use a key or role that has it.`);

/**
 * Requires access to a resource of a team. A resource that the caller cannot read is reported as unknown.
 * @param teamId null: a resource of the platform
 * @param readScope the scope to read the resource
 * @param what the kind of resource, in lower case
 * @throws Problem `not-found` when the caller cannot read it, `forbidden` when the caller can only read it
 */
export function assertTeamAccess(
  visibleTeams: VisibleTeams,
  teamId: string | null,
  principal: Principal,
  readScope: Scope,
  what: string,
): void {
  if (includesTeam(visibleTeams, teamId)) return;
  if (!includesTeam(visibleTeamsOf(principal, readScope), teamId)) throw noSuch(what);
  throw new Problem("forbidden", `Read-only access to this ${what}. Use a key or role that can change it.`);
}

/** Makes the problem of a request with a `teamId` that does not exist or that the caller cannot use. */
export const noSuchTeam = (): Problem =>
  new Problem("invalid-request", "Unknown team. Set `teamId` to a team that you can access.", {
    errors: [{ pointer: "/teamId", detail: "no such team" }],
  });

/**
 * Returns the team of a new resource when the request names none; null for the platform.
 * @throws Problem `invalid-request` when the caller has several teams
 */
export function onlyTeam(visibleTeams: VisibleTeams): string | null {
  if (visibleTeams === "all") return null;
  if (visibleTeams.length === 1 && visibleTeams[0] !== undefined) return visibleTeams[0];
  throw new Problem("invalid-request", "Missing team. You have several: set `teamId` to one of them.", {
    errors: [{ pointer: "/teamId", detail: "required" }],
  });
}

/**
 * Makes the problem of a resource that does not exist or that the caller cannot see.
 * @param what the kind of resource, in lower case
 */
export const noSuch = (what: string): Problem =>
  new Problem("not-found", `Unknown ${what}. Check the id and your access.`);
