import { type Context, Hono } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import type { Schemas, TocsinClient } from "../../packages/client/src/index.ts";

/** The context of a page: the variables of every request, and two more. */
export interface ConsoleEnv extends AppEnv {
  Variables: AppEnv["Variables"] & {
    /** A client of the API with the session of the caller. */
    api: TocsinClient;
    /** The signed-in user; set by `requireSession`. */
    caller: Caller;
  };
}

export type Caller = Schemas["Caller"] & { user: NonNullable<Schemas["User"]> };
export type Page = Context<ConsoleEnv>;
export type Console = Hono<ConsoleEnv>;

export const newConsole = (): Console => new Hono<ConsoleEnv>();

export type Scope = Caller["scopes"][number];

/**
 * Whether a caller has a scope for the objects of a team.
 * @param teamId null: objects without a team, which need the scope for all teams
 */
export function hasScope(caller: Caller, scope: Scope, teamId: string | null): boolean {
  if (caller.scopes.includes(scope)) return true;
  return caller.teams.some((team) => team.id === teamId && team.scopes.includes(scope));
}

/** Whether a caller has a scope for at least one team. */
export const hasScopeSomewhere = (caller: Caller, scope: Scope): boolean =>
  caller.scopes.includes(scope) || caller.teams.some((team) => team.scopes.includes(scope));
