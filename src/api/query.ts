/** The query language as a request parameter. The language itself is in src/alerts/query/. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { boundKey } from "../alerts/bounds.ts";
import type { TextPattern } from "../alerts/conditions.ts";
import type { NameTerm } from "../alerts/query/fields.ts";
import { QueryError } from "../alerts/query/syntax.ts";
import { findIntegrationIds, findTeamIds } from "../db/names.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { narrow, narrowTo, type VisibleTeams } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { database } from "./request-scope.ts";

/** Makes the schema of `query`. @param fields the names of the fields */
export const queryParameter = (fields: readonly string[], example: string) =>
  z
    .string()
    .max(2000)
    .optional()
    .openapi({
      description:
        "Query of `field:value` terms and free text, all of which must match. Commas separate alternatives, `-` before a term negates it, " +
        `quotes hold spaces, \`*\` at the end of a value is a prefix. Fields: ${fields.map((field) => `\`${field}\``).join(", ")}`,
      example,
    });

/** Runs a parser of `query`. @throws Problem `invalid-request` with the position of the fault */
export function understood<Query>(parse: () => Query): Query {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { message, offset } = error;
    throw new Problem("invalid-request", `Invalid \`query\` at offset ${offset}: ${message}.`, {
      errors: [{ pointer: "/query", detail: `at offset ${offset}: ${message}`, offset }],
    });
  }
}

/** A condition that leaves out integrations or teams. */
interface Excluded {
  field: "integrationId" | "teamId";
  patterns: TextPattern[];
  isNegated: true;
}

/** The integrations and teams of a query, by their ids. Undefined: it names none. */
interface ResolvedNames {
  integrationIds: string[] | undefined;
  teamIds: string[] | undefined;
  excluded: Excluded[];
  /** The visible teams that the query and `teamId` leave. */
  visibleTeams: VisibleTeams;
}

/** Finds the integrations and teams that a query names, in one round trip; in none if it names only ids. */
export async function resolveNames(
  c: Context<AppEnv>,
  { integrations, teams }: { integrations: readonly NameTerm[]; teams: readonly NameTerm[] },
  teamId: string | undefined,
): Promise<ResolvedNames> {
  const visibleTeams = narrow(c.get("visibleTeams"), teamId);
  const db = database(c);
  const [byIntegration, byTeam] = await Promise.all([
    resolve(integrations, "integrationId", (patterns) => findIntegrationIds(db, visibleTeams, patterns)),
    resolve(teams, "teamId", (patterns) => findTeamIds(db, visibleTeams, patterns)),
  ]);
  const teamIds = teamId === undefined ? byTeam.ids : (byTeam.ids?.filter((id) => id === teamId) ?? [teamId]);
  return {
    integrationIds: byIntegration.ids,
    teamIds,
    excluded: [...byIntegration.excluded, ...byTeam.excluded],
    visibleTeams: narrowTo(visibleTeams, teamIds),
  };
}

async function resolve(
  terms: readonly NameTerm[],
  field: Excluded["field"],
  find: (patterns: NameTerm["patterns"]) => Promise<string[]>,
): Promise<{ ids: string[] | undefined; excluded: Excluded[] }> {
  const found = await Promise.all(
    terms.map(async ({ patterns, isNegated }) => ({ ids: await find(patterns), isNegated })),
  );
  let ids: string[] | undefined;
  const excluded: Excluded[] = [];
  for (const one of found) {
    if (!one.isNegated) ids = ids?.filter((id) => one.ids.includes(id)) ?? one.ids;
    else if (one.ids.length > 0)
      excluded.push({ field, patterns: one.ids.map((text) => ({ text, isPrefix: false })), isNegated: true });
  }
  return { ids, excluded };
}

/** The values that a parameter and the query both leave; undefined: all. */
export const both = <T>(some: T[] | undefined, others: T[] | undefined): T[] | undefined =>
  some === undefined ? others : some.filter((value) => others?.includes(value) ?? true);

interface TimeRange {
  since?: Date | undefined;
  until?: Date | undefined;
}

/** The time range that the parameters and the query both leave. */
export const narrowTimes = (given: TimeRange, query: TimeRange): TimeRange => ({
  since: [given.since, query.since]
    .filter((time) => time !== undefined)
    .toSorted((a, b) => b.getTime() - a.getTime())[0],
  until: [given.until, query.until]
    .filter((time) => time !== undefined)
    .toSorted((a, b) => a.getTime() - b.getTime())[0],
});

/** Replaces long keys of a condition by the form in which they are stored. @param field the field with the keys */
export async function withStoredKeys<C extends { field: string; patterns: readonly TextPattern[] }>(
  field: C["field"],
  condition: C,
): Promise<C> {
  if (condition.field !== field) return condition;
  const patterns = condition.patterns.map(async (pattern) =>
    pattern.isPrefix ? pattern : { ...pattern, text: await boundKey(pattern.text) },
  );
  return { ...condition, patterns: await Promise.all(patterns) };
}
