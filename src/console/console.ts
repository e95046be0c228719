import { type Context, Hono } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import type { Schemas, TocsinClient } from "../../packages/client/src/index.ts";

/** What the context of a page carries beside what every request has. */
export interface ConsoleEnv extends AppEnv {
  Variables: AppEnv["Variables"] & {
    /** The API as whoever looks at the page may use it. */
    api: TocsinClient;
    /** Who looks at it; set behind `signedIn`. */
    caller: Caller;
  };
}

export type Caller = Schemas["Caller"] & { user: NonNullable<Schemas["User"]> };
export type Page = Context<ConsoleEnv>;
export type Console = Hono<ConsoleEnv>;

export const newConsole = (): Console => new Hono<ConsoleEnv>();

export type Scope = Caller["scopes"][number];

/** Whether somebody may do something with what belongs to a team; null: to none. */
export function may(caller: Caller, scope: Scope, teamId: string | null): boolean {
  if (caller.scopes.includes(scope)) return true;
  return caller.teams.some((team) => team.id === teamId && team.scopes.includes(scope));
}

/** Whether somebody may do something anywhere at all. */
export const maySomewhere = (caller: Caller, scope: Scope): boolean =>
  caller.scopes.includes(scope) || caller.teams.some((team) => team.scopes.includes(scope));
