/** What the operations on one team share: who may see it, who may change it. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { findTeam, type TeamRow } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal, type VisibleTeams, includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { noSuch } from "../require-scope.ts";

/** The teams that somebody may see: those in which they may do anything at all. */
export const readScopeOf = ({ everywhere, teams }: Principal): VisibleTeams =>
  everywhere.size > 0 ? "all" : [...teams.keys()];

/** @throws Problem `not-found` when there is no such team that the caller may see */
export async function visibleTeam(c: Context<AppEnv>, id: string): Promise<TeamRow> {
  if (!includesTeam(readScopeOf(c.get("principal")), id)) throw noSuch("team");
  const row = await findTeam(connect(c.env), id);
  if (!row) throw noSuch("team");
  return row;
}

/**
 * A team that the caller may change; the route requireScope `admin`.
 * @throws Problem `not-found`, `forbidden` when they may only look at it
 */
export async function administeredTeam(c: Context<AppEnv>, id: string): Promise<TeamRow> {
  const row = await visibleTeam(c, id);
  if (!includesTeam(c.get("visibleTeams"), id)) throw new Problem("forbidden", "You may only look at this team.");
  return row;
}

/** A team would be left without an admin. */
export const lastAdmin = (): Problem =>
  new Problem("conflict", "This is the team's last ADMIN: make somebody else one first.");
