import { and, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { VisibleTeams, Role } from "../lib/principal.ts";
import { insertAuditEvent, insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { apiKeys, integrations, subscriptions, teamMembers, teams, users } from "./schema.ts";
import { later } from "./users.ts";

export type TeamRow = typeof teams.$inferSelect;

/** The statements that make a team, for one batch. */
export const insertTeam = (db: Database, team: TeamRow, audit: NewAuditEvent) =>
  [db.insert(teams).values(team), insertAuditEvent(db, audit)] as const;

/** The team with this id. */
export async function findTeam(db: Database, id: string): Promise<TeamRow | undefined> {
  const [row] = await db.select().from(teams).where(eq(teams.id, id));
  return row;
}

/** Teams within visibleTeams, the latest made first. */
export const listTeams = (db: Database, visibleTeams: VisibleTeams, after: After | null, limit: number) =>
  db
    .select()
    .from(teams)
    .where(and(inTeams(teams.id, visibleTeams), before(teams.createdAt, teams.id, after)))
    .orderBy(desc(teams.createdAt), desc(teams.id))
    .limit(limit);

/** Teams within visibleTeams with what a person is in each, by their names. */
export const listOwnTeams = (db: Database, visibleTeams: VisibleTeams, userId: string | null): Promise<OwnTeam[]> =>
  db
    .select({ id: teams.id, name: teams.name, role: teamMembers.role })
    .from(teams)
    .leftJoin(
      teamMembers,
      and(eq(teamMembers.teamId, teams.id), userId === null ? sql`false` : eq(teamMembers.userId, userId)),
    )
    .where(inTeams(teams.id, visibleTeams))
    .orderBy(teams.name, teams.id);

export interface OwnTeam {
  id: string;
  name: string;
  role: Role | null;
}

/**
 * Changes a team that still has this `updatedAt`, and gives it a later one; with it goes the record of the act.
 * @returns the row as it is now; undefined: somebody else was faster
 */
export async function changeTeam(
  db: Database,
  was: TeamRow,
  change: Partial<Pick<TeamRow, "name">>,
  audit: NewAuditEvent,
): Promise<TeamRow | undefined> {
  const updatedAt = later(was.updatedAt);
  const [[row]] = await db.batch([
    db
      .update(teams)
      .set({ ...change, updatedAt })
      .where(and(eq(teams.id, was.id), eq(teams.updatedAt, was.updatedAt)))
      .returning(),
    db.execute(
      insertAuditEventIf(
        audit,
        sql`exists (select 1 from ${teams} where ${and(eq(teams.id, was.id), eq(teams.updatedAt, updatedAt))})`,
      ),
    ),
  ]);
  return row;
}

/** Holds a team as it is until the batch is through: what others add to it waits, and so do changes of its members. */
const hold = (db: Database, teamId: string) =>
  db.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId)).for("update");

/**
 * Deletes a team to which nothing belongs any more but its members, what is deleted and keys that are revoked.
 * @returns whether it did
 */
export async function deleteTeam(db: Database, id: string, audit: NewAuditEvent): Promise<boolean> {
  const isEmpty = sql`not exists (select 1 from ${integrations} where ${and(eq(integrations.teamId, id), isNull(integrations.deletedAt))})
    and not exists (select 1 from ${subscriptions} where ${eq(subscriptions.teamId, id)})
    and not exists (select 1 from ${apiKeys} where ${and(eq(apiKeys.teamId, id), isNull(apiKeys.revokedAt))})`;
  const which = and(eq(teams.id, id), isEmpty);
  const [, , , gone] = await db.batch([
    hold(db, id),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${teams} where ${which})`)),
    db
      .update(integrations)
      .set({ teamId: null })
      .where(and(eq(integrations.teamId, id), isNotNull(integrations.deletedAt), isEmpty)),
    db.delete(teams).where(which).returning({ id: teams.id }),
  ]);
  return gone.length > 0;
}

/** Somebody as a member of a team. */
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

/** The members of a team, the latest added first. */
export const listMembers = (db: Database, teamId: string, after: After | null, limit: number): Promise<Member[]> =>
  db
    .select(member)
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .where(and(eq(teamMembers.teamId, teamId), before(teamMembers.createdAt, teamMembers.userId, after)))
    .orderBy(desc(teamMembers.createdAt), desc(teamMembers.userId))
    .limit(limit);

/** A member of a team. */
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

/** A condition on a member: without them, the team has an admin left. */
const canSpare = (teamId: string, userId: string): SQL =>
  sql`(${teamMembers.role} <> 'ADMIN' or exists (select 1 from team_members other
    where other.team_id = ${teamId}::uuid and other.role = 'ADMIN' and other.user_id <> ${userId}::uuid))`;

/** The statements that make somebody a member, for one batch. @throws NeonDbError when they are one (SQLSTATE 23505) */
export const insertMember = (db: Database, teamId: string, userId: string, role: Role, audit: NewAuditEvent) =>
  [
    db.insert(teamMembers).values({ teamId, userId, role, createdAt: new Date() }),
    insertAuditEvent(db, audit),
  ] as const;

/**
 * Gives somebody a role in a team, whether they are a member yet or not.
 * @param keepsAdmin whether the last admin of the team stays one
 * @returns whether it did
 * @throws NeonDbError when there is no such person (SQLSTATE 23503)
 */
export async function setMember(
  db: Database,
  { teamId, userId, role }: { teamId: string; userId: string; role: Role },
  keepsAdmin: boolean,
  audit: NewAuditEvent,
): Promise<boolean> {
  const isSpared = keepsAdmin && role !== "ADMIN" ? canSpare(teamId, userId) : sql`true`;
  const isRefused = sql`exists (select 1 from ${teamMembers} where ${and(isMember(teamId, userId), sql`not ${isSpared}`)})`;
  const [, , set] = await db.batch([
    hold(db, teamId),
    db.execute(insertAuditEventIf(audit, sql`not ${isRefused}`)),
    db
      .insert(teamMembers)
      .values({ teamId, userId, role, createdAt: new Date() })
      .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.userId], set: { role }, setWhere: isSpared })
      .returning({ userId: teamMembers.userId }),
  ]);
  return set.length > 0;
}

/**
 * Takes somebody out of a team.
 * @param keepsAdmin whether the last admin of the team stays
 * @returns whether it did
 */
export async function removeMember(
  db: Database,
  teamId: string,
  userId: string,
  keepsAdmin: boolean,
  audit: NewAuditEvent,
): Promise<boolean> {
  const which = and(isMember(teamId, userId), keepsAdmin ? canSpare(teamId, userId) : undefined);
  const [, , gone] = await db.batch([
    hold(db, teamId),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${teamMembers} where ${which})`)),
    db.delete(teamMembers).where(which).returning({ userId: teamMembers.userId }),
  ]);
  return gone.length > 0;
}
