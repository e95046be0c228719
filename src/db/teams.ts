import { and, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { isOneIntegration, type Role, type VisibleTeams } from "../lib/principal.ts";
import { insertAuditEvent, insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import type { Database, Statement } from "./client.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { apiKeys, integrations, subscriptions, teamMembers, teams, users } from "./schema.ts";
import { later } from "./users.ts";

export type TeamRow = typeof teams.$inferSelect;

/** Inserts a team; the statements are for one batch. */
export const insertTeam = (db: Database, team: TeamRow, audit: NewAuditEvent) =>
  [db.insert(teams).values(team), insertAuditEvent(db, audit)] as const;

export async function findTeam(db: Database, id: string): Promise<TeamRow | undefined> {
  const [row] = await db.select().from(teams).where(eq(teams.id, id));
  return row;
}

/** Lists the visible teams, the newest first. */
export const listTeams = (db: Database, visibleTeams: VisibleTeams, position: Position | null, limit: number) =>
  db
    .select()
    .from(teams)
    .where(and(inTeams(teams.id, visibleTeams), isOlder(teams.createdAt, teams.id, position)))
    .orderBy(desc(teams.createdAt), desc(teams.id))
    .limit(limit);

/** Lists the visible teams by name. */
export const listTeamNames = (db: Database, visibleTeams: VisibleTeams) =>
  db
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(inTeams(teams.id, visibleTeams))
    .orderBy(teams.name, teams.id);

/** Lists the teams whose alerts are visible, by name. With one visible integration, its team. */
export const listAlertTeams = (db: Database, visibleTeams: VisibleTeams): Promise<{ id: string; name: string }[]> =>
  isOneIntegration(visibleTeams)
    ? db
        .select({ id: teams.id, name: teams.name })
        .from(teams)
        .innerJoin(integrations, eq(integrations.teamId, teams.id))
        .where(and(eq(integrations.id, visibleTeams.integrationId), inTeams(teams.id, visibleTeams.teams)))
    : listTeamNames(db, visibleTeams);

/** A team with the role of a user in it; null: a platform admin sees it without being a member. */
export interface OwnTeam {
  id: string;
  name: string;
  role: Role | null;
}

/**
 * Changes a team if it still has this `updatedAt`, and records the audit event.
 * @returns the changed row; undefined: the team has changed since
 */
export async function changeTeam(
  db: Database,
  was: TeamRow,
  change: Partial<Pick<TeamRow, "name">>,
  audit: NewAuditEvent,
): Promise<TeamRow | undefined> {
  const [[row]] = await db.batch([
    db
      .update(teams)
      .set({ ...change, updatedAt: later(was.updatedAt) })
      .where(and(eq(teams.id, was.id), eq(teams.updatedAt, was.updatedAt)))
      .returning(),
    db.execute(insertAuditEventIf(audit, isWrittenHere(teams, was.id))),
  ]);
  return row;
}

/** Locks a team until the batch ends: inserts that refer to the team and changes of its members wait. */
const lockTeam = (db: Database, teamId: string) =>
  db.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId)).for("update");

/**
 * Deletes a team that has no integrations, subscriptions or keys, except deleted integrations and revoked keys.
 * @returns whether the team was deleted
 */
export async function deleteTeam(db: Database, id: string, audit: NewAuditEvent): Promise<boolean> {
  const isEmpty = sql`not exists (select 1 from ${integrations} where ${and(eq(integrations.teamId, id), isNull(integrations.deletedAt))})
    and not exists (select 1 from ${subscriptions} where ${eq(subscriptions.teamId, id)})
    and not exists (select 1 from ${apiKeys} where ${and(eq(apiKeys.teamId, id), isNull(apiKeys.revokedAt))})`;
  const which = and(eq(teams.id, id), isEmpty);
  const [, , , deleted] = await db.batch([
    lockTeam(db, id),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${teams} where ${which})`)),
    db
      .update(integrations)
      .set({ teamId: null })
      .where(and(eq(integrations.teamId, id), isNotNull(integrations.deletedAt), isEmpty)),
    db.delete(teams).where(which).returning({ id: teams.id }),
  ]);
  return deleted.length > 0;
}

const member = {
  teamId: teamMembers.teamId,
  userId: teamMembers.userId,
  email: users.email,
  name: users.name,
  role: teamMembers.role,
  createdAt: teamMembers.createdAt,
};

export interface Member {
  teamId: string;
  userId: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
}

/** Lists the members of a team, the last added first. */
export const listMembers = (
  db: Database,
  teamId: string,
  position: Position | null,
  limit: number,
): Promise<Member[]> =>
  db
    .select(member)
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .where(and(eq(teamMembers.teamId, teamId), isOlder(teamMembers.createdAt, teamMembers.userId, position)))
    .orderBy(desc(teamMembers.createdAt), desc(teamMembers.userId))
    .limit(limit);

export async function findMember(db: Database, teamId: string, userId: string): Promise<Member | undefined> {
  const [row] = await db
    .select(member)
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .where(isMember(teamId, userId));
  return row;
}

const isMember = (teamId: string, userId: string) =>
  and(eq(teamMembers.teamId, teamId), eq(teamMembers.userId, userId));

/** Whether a member is no admin or the team has another admin. */
const isNotLastAdmin = (teamId: string, userId: string): SQL =>
  sql`(${teamMembers.role} <> 'ADMIN' or exists (select 1 from team_members other
    where other.team_id = ${teamId}::uuid and other.role = 'ADMIN' and other.user_id <> ${userId}::uuid))`;

/**
 * Inserts a member; the statements are for one batch.
 * @throws NeonDbError when the user is a member already (SQLSTATE 23505)
 */
export const insertMember = (db: Database, teamId: string, userId: string, role: Role, audit: NewAuditEvent) =>
  [
    db.insert(teamMembers).values({ teamId, userId, role, createdAt: new Date() }),
    insertAuditEvent(db, audit),
  ] as const;

/**
 * Sets the role of a user in a team, as a new or existing member.
 * @param keepsAdmin whether the last admin of the team must stay admin
 * @param others statements of the same batch
 * @returns whether the role was set
 * @throws NeonDbError when the user does not exist (SQLSTATE 23503)
 */
export async function setMember(
  db: Database,
  { teamId, userId, role }: { teamId: string; userId: string; role: Role },
  keepsAdmin: boolean,
  audit: NewAuditEvent,
  others: readonly Statement[] = [],
): Promise<boolean> {
  const isAllowed = keepsAdmin && role !== "ADMIN" ? isNotLastAdmin(teamId, userId) : sql`true`;
  const isForbidden = sql`exists (select 1 from ${teamMembers} where ${and(isMember(teamId, userId), sql`not ${isAllowed}`)})`;
  const [, , set] = await db.batch([
    lockTeam(db, teamId),
    db.execute(insertAuditEventIf(audit, sql`not ${isForbidden}`)),
    db
      .insert(teamMembers)
      .values({ teamId, userId, role, createdAt: new Date() })
      .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.userId], set: { role }, setWhere: isAllowed })
      .returning({ userId: teamMembers.userId }),
    ...others,
  ]);
  return set.length > 0;
}

/**
 * Removes a member from a team.
 * @param keepsAdmin whether the last admin of the team must stay
 * @returns whether the member was removed
 */
export async function removeMember(
  db: Database,
  teamId: string,
  userId: string,
  keepsAdmin: boolean,
  audit: NewAuditEvent,
): Promise<boolean> {
  const which = and(isMember(teamId, userId), keepsAdmin ? isNotLastAdmin(teamId, userId) : undefined);
  const [, , removed] = await db.batch([
    lockTeam(db, teamId),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${teamMembers} where ${which})`)),
    db.delete(teamMembers).where(which).returning({ userId: teamMembers.userId }),
  ]);
  return removed.length > 0;
}
