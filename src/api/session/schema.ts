import { z } from "@hono/zod-openapi";
import { nullable, role, scope } from "../components.ts";
import type { Context } from "hono";
import { listTeamNames } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { readableTeams } from "../teams/access.ts";
import { toUser, userSchema } from "../users/schema.ts";
import { sessionOf } from "./principal.ts";

const scopes = z.array(scope);

export const callerSchema = z
  .object({
    actor: z
      .string()
      .openapi({ description: "Name of the caller in timelines and the audit log", example: "api:root" }),
    user: nullable(userSchema).openapi({ description: "The signed-in user; null: the caller uses a key" }),
    scopes: scopes.openapi({ description: "Scopes on the whole platform" }),
    integration: nullable(z.object({ id: z.uuid(), scopes })).openapi({
      description: "The integration to which the key is limited, with its scopes there; null: no limit",
    }),
    teams: z
      .array(z.object({ id: z.uuid(), name: z.string(), role: nullable(role), scopes }))
      .openapi({ description: "Visible teams, with the scopes in each" }),
  })
  .openapi("Caller");

/** Converts a principal to the API representation of the caller. */
export async function toCaller(c: Context<AppEnv>, principal: Principal): Promise<z.infer<typeof callerSchema>> {
  const session = sessionOf(principal);
  const teams = session?.teams ?? (await listTeamNames(database(c), readableTeams(principal)));
  return {
    actor: principal.actor,
    user: session ? toUser(session.user) : null,
    scopes: [...principal.everywhere],
    integration: principal.limit && { id: principal.limit.integrationId, scopes: [...principal.limit.scopes] },
    teams: teams.map((team) => ({
      role: null,
      ...team,
      scopes: [...new Set([...principal.everywhere, ...(principal.teams.get(team.id) ?? [])])],
    })),
  };
}

/** `Set-Cookie`, for the headers of a response. */
export const cookieHeader = {
  "set-cookie": {
    description: "The session cookie, and cookies of the sign-in",
    schema: { type: "string" as const },
  },
};
