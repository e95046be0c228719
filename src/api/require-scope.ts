/** Authorization: the scope that a route requires, and access to the resources of a team. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import {
  includes,
  isOneIntegration,
  type Owned,
  type Principal,
  type Scope,
  seesNothing,
  type VisibleTeams,
  visibleTeamsOf,
} from "../lib/principal.ts";

/**
 * Requires a scope in at least one team, and sets `visibleTeams` to the teams in which the caller has it.
 * Spread the result into `createRoute`: it contains the middleware and the documented security.
 */
export const requireScope = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const visibleTeams = visibleTeamsOf(c.get("principal"), scope);
    if (seesNothing(visibleTeams)) throw missingScope(scope);
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
 * Requires access to a resource. A resource that the caller cannot read is reported as unknown.
 * @param readScope the scope to read the resource
 * @param what the kind of resource, in lower case
 * @throws Problem `not-found` when the caller cannot read it, `forbidden` when the caller can only read it
 */
export function assertAccess(
  visibleTeams: VisibleTeams,
  resource: Owned,
  principal: Principal,
  readScope: Scope,
  what: string,
): void {
  if (includes(visibleTeams, resource)) return;
  if (!includes(visibleTeamsOf(principal, readScope), resource)) throw noSuch(what);
  throw new Problem("forbidden", `Read-only access to this ${what}. Use a key or role that can change it.`);
}

/** Requires access to a resource of a team that belongs to no integration; `teamId` null: of the platform. See `assertAccess`. */
export const assertTeamAccess = (
  visibleTeams: VisibleTeams,
  teamId: string | null,
  principal: Principal,
  readScope: Scope,
  what: string,
): void => assertAccess(visibleTeams, { teamId }, principal, readScope, what);

/** Makes the problem of a request with a `teamId` that does not exist or that the caller cannot use. */
export const noSuchTeam = (): Problem =>
  new Problem("invalid-request", "Unknown team. Set `teamId` to a team that you can access.", {
    errors: [{ pointer: "/teamId", detail: "no such team" }],
  });

/**
 * Returns the team of a new resource when the request names none; null for the platform.
 * @throws Problem `invalid-request` when the caller has several teams, `forbidden` with a key for one integration
 */
export function onlyTeam(visibleTeams: VisibleTeams): string | null {
  if (isOneIntegration(visibleTeams)) {
    throw new Problem("forbidden", "This key is limited to one integration. Use a key for the team.");
  }
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
