/** Finds integrations and teams by their names. */
import { and, or, type SQL, sql } from "drizzle-orm";
import { type PgColumn, unionAll } from "drizzle-orm/pg-core";
import type { TextPattern } from "../alerts/conditions.ts";
import { isUuid } from "../lib/ids.ts";
import { teamsOf, type VisibleTeams } from "../lib/principal.ts";
import { matchesInAnyCase } from "./alert-content.ts";
import type { Database } from "./client.ts";
import { inTeams, isVisible } from "./keyset.ts";
import { apiKeys, integrations, teams, users } from "./schema.ts";

/** Patterns that stand for more rows than this are too wide for a condition. */
const MAX_NAMED = 500;

/** Finds the visible integrations with one of these ids or names; also deleted ones, which have alerts. */
export const findIntegrationIds = (
  db: Database,
  visibleTeams: VisibleTeams,
  patterns: readonly TextPattern[],
): Promise<string[]> =>
  findIds(
    db,
    integrations,
    isVisible({ teamId: integrations.teamId, integrationId: integrations.id }, visibleTeams),
    patterns,
  );

/** Finds the visible teams with one of these ids or names. */
export const findTeamIds = (
  db: Database,
  visibleTeams: VisibleTeams,
  patterns: readonly TextPattern[],
): Promise<string[]> => findIds(db, teams, inTeams(teams.id, teamsOf(visibleTeams)), patterns);

const isId = ({ text, isPrefix }: TextPattern): boolean => !isPrefix && isUuid(text);

async function findIds(
  db: Database,
  table: typeof integrations | typeof teams,
  visible: SQL | undefined,
  patterns: readonly TextPattern[],
): Promise<string[]> {
  // Lists check whether the caller may see the rows of an id.
  const ids = patterns.filter(isId).map(({ text }) => text.toLowerCase());
  const names = patterns.filter((pattern) => !isId(pattern));
  if (names.length === 0) return ids;
  const id: PgColumn = table.id;
  const rows = await db
    .select({ id: sql<string>`${id}` })
    .from(table)
    .where(and(visible, or(...names.map((pattern) => matchesInAnyCase(table.name, pattern)))))
    .orderBy(id)
    .limit(MAX_NAMED);
  return [...ids, ...rows.map((row) => row.id)];
}

/**
 * Finds the actors of users and API keys with one of these names, as alerts store them. They may see alerts of any team, so they are
 * not limited to visible teams: a name alone shows nothing.
 */
export async function findActorsByName(db: Database, patterns: readonly TextPattern[]): Promise<string[]> {
  const isNamed = (name: PgColumn) => or(...patterns.map((pattern) => matchesInAnyCase(name, pattern)));
  const rows = await unionAll(
    db
      .select({ actor: sql<string>`'user:' || ${users.id}`.as("actor") })
      .from(users)
      .where(isNamed(users.name)),
    db
      .select({ actor: sql<string>`'api:' || ${apiKeys.id}`.as("actor") })
      .from(apiKeys)
      .where(isNamed(apiKeys.name)),
  ).limit(MAX_NAMED);
  return rows.map(({ actor }) => actor);
}
