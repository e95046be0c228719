/** Shared by the operations on teams: who may see a team, and who may change it. */
import type { Context } from "hono";
import { findTeam, type TeamRow } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal, type VisibleTeams, includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { database } from "../request-scope.ts";
import { noSuch } from "../require-scope.ts";

/** The teams in which a caller has at least one scope. */
export const readableTeams = ({ everywhere, teams }: Principal): VisibleTeams =>
  everywhere.size > 0 ? "all" : [...teams.keys()];

/** Finds a team that the caller may see. @throws Problem `not-found` */
export async function findVisibleTeam(c: Context<AppEnv>, id: string): Promise<TeamRow> {
  if (!includesTeam(readableTeams(c.get("principal")), id)) throw noSuch("team");
  const row = await findTeam(database(c), id);
  if (!row) throw noSuch("team");
  return row;
}

/**
 * Finds a team that the caller administers. The route requires the scope `admin`.
 * @throws Problem `not-found`, or `forbidden` when the caller may only see the team
 */
export async function findAdministeredTeam(c: Context<AppEnv>, id: string): Promise<TeamRow> {
  const row = await findVisibleTeam(c, id);
  if (includesTeam(c.get("visibleTeams"), id)) return row;
  throw new Problem("forbidden", "Read-only access to this team. Ask one of its admins.");
}

export const lastTeamAdmin = (): Problem =>
  new Problem("conflict", "This is the team's last ADMIN. Give another member the role ADMIN first.");
