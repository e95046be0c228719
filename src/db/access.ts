/** Reads the current access of many sessions and API keys at once. */
import { and, eq, gt, inArray, isNull, or } from "drizzle-orm";
import { roleScopes, type Scope, scopeSet, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { apiKeys, sessions, teamMembers, users } from "./schema.ts";

/**
 * Finds the teams in which sessions and API keys have a scope, in one request.
 * @returns by the id of the session or key; those that have ended, or have the scope nowhere, are missing
 */
export async function findAccess(
  db: Database,
  scope: Scope,
  sessionIds: readonly string[],
  keyIds: readonly string[],
  now: Date,
): Promise<Map<string, VisibleTeams>> {
  const [memberships, keys] = await db.batch([
    db
      .select({
        sessionId: sessions.id,
        isPlatformAdmin: users.isPlatformAdmin,
        teamId: teamMembers.teamId,
        role: teamMembers.role,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .leftJoin(teamMembers, eq(teamMembers.userId, users.id))
      .where(and(inArray(sessions.id, [...sessionIds]), gt(sessions.expiresAt, now))),
    db
      .select({
        id: apiKeys.id,
        teamId: apiKeys.teamId,
        integrationId: apiKeys.integrationId,
        scopes: apiKeys.scopes,
      })
      .from(apiKeys)
      .where(
        and(
          inArray(apiKeys.id, [...keyIds]),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
        ),
      ),
  ]);
  const access = new Map<string, VisibleTeams>();
  for (const { id, teamId, integrationId, scopes } of keys) {
    const teams = teamId === null ? "all" : [teamId];
    if (scopeSet(scopes as Scope[]).has(scope))
      access.set(id, integrationId === null ? teams : { integrationId, teams });
  }
  for (const [sessionId, rows] of Map.groupBy(memberships, (row) => row.sessionId)) {
    const teams = rows.flatMap(({ teamId, role }) => (teamId && role && roleScopes(role).has(scope) ? [teamId] : []));
    if (rows[0]?.isPlatformAdmin) access.set(sessionId, "all");
    else if (teams.length > 0) access.set(sessionId, teams);
  }
  return access;
}
