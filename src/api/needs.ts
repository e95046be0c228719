import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import { type Principal, type Reach, reaches, reachOf, type Scope } from "../lib/principal.ts";

/**
 * What a route asks of its caller, spread into `createRoute`: documents the scope and lets in only who has it somewhere.
 * The handler finds in `reach` where.
 */
export const needs = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const reach = reachOf(c.get("principal"), scope);
    if (reach.length === 0) throw lacks(scope);
    c.set("reach", reach);
    await next();
  }),
});

/** As needs, for what belongs to the whole platform. */
export const needsEverywhere = (scope: Scope) => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    if (!c.get("principal").everywhere.has(scope)) throw lacks(scope, "on the whole platform");
    c.set("reach", "everywhere");
    await next();
  }),
});

const lacks = (scope: Scope, where = "in any team") =>
  new Problem("forbidden", `This needs the scope ${scope}, which you do not have ${where}.`);

/**
 * Lets pass who may act on something of a team. Who may not even see it learns nothing of it.
 * @throws Problem `not-found` when it is out of sight, `forbidden` when it may only be seen
 */
export function assertWithin(
  reach: Reach,
  teamId: string | null,
  principal: Principal,
  sight: Scope,
  what: string,
): void {
  if (reaches(reach, teamId)) return;
  if (reaches(reachOf(principal, sight), teamId)) throw new Problem("forbidden", `You may only look at this ${what}.`);
  throw noSuch(what);
}

/** A request names a team that does not exist, or that its caller may not act for. */
export const noSuchTeam = (): Problem =>
  new Problem("invalid-request", "There is no such team within your reach.", {
    errors: [{ pointer: "/teamId", detail: "no such team" }],
  });

/**
 * The team that something new is for when its maker names none; null: the platform.
 * @throws Problem `invalid-request` when there are several
 */
export function onlyTeam(reach: Reach): string | null {
  if (reach === "everywhere") return null;
  if (reach.length === 1 && reach[0] !== undefined) return reach[0];
  throw new Problem("invalid-request", "You act for several teams: say for which one this is.", {
    errors: [{ pointer: "/teamId", detail: "needed" }],
  });
}

/** There is none, or none that the caller may know of. */
export const noSuch = (what: string): Problem => new Problem("not-found", `There is no such ${what}.`);
