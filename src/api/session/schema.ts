import { z } from "@hono/zod-openapi";
import { nullable, role, scope } from "../components.ts";
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { listOwnTeams } from "../../db/teams.ts";
import { findUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal } from "../../lib/principal.ts";
import { readableTeams } from "../teams/access.ts";
import { toUser, userSchema } from "../users/schema.ts";

const scopes = z.array(scope);

export const callerSchema = z
  .object({
    actor: z
      .string()
      .openapi({ description: "Name of the caller in timelines and the audit log", example: "api:root" }),
    user: nullable(userSchema).openapi({ description: "The signed-in user; null: the caller uses a key" }),
    scopes: scopes.openapi({ description: "Scopes on the whole platform" }),
    teams: z
      .array(z.object({ id: z.uuid(), name: z.string(), role: nullable(role), scopes }))
      .openapi({ description: "Visible teams, with the scopes in each" }),
  })
  .openapi("Caller");

/** Converts a principal to the API representation of the caller. */
export async function toCaller(c: Context<AppEnv>, principal: Principal): Promise<z.infer<typeof callerSchema>> {
  const db = connect(c.env);
  const userId = principal.user?.id ?? null;
  const [user, teams] = await Promise.all([
    userId === null ? undefined : findUser(db, userId),
    listOwnTeams(db, readableTeams(principal), userId),
  ]);
  return {
    actor: principal.actor,
    user: user ? toUser(user) : null,
    scopes: [...principal.everywhere],
    teams: teams.map((team) => ({
      ...team,
      scopes: [...new Set([...principal.everywhere, ...(principal.teams.get(team.id) ?? [])])],
    })),
  };
}
