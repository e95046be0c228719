import type { Caller, Scope } from "../context.ts";

/**
 * Options of a form: the teams for which a caller has a scope.
 * @param withoutTeam label of the first option, objects without a team; only for callers with the scope for all teams
 */
export function teamOptions(caller: Caller, scope: Scope, withoutTeam: string): (readonly [string, string])[] {
  const teams = caller.teams.filter(({ scopes }) => scopes.includes(scope));
  return [
    ...(caller.scopes.includes(scope) ? [["", withoutTeam] as const] : []),
    ...teams.map(({ id, name }) => [id, name] as const),
  ];
}

/** The name of a team, or `withoutTeam` for objects without one. */
export const teamName = ({ teams }: Caller, id: string | null, withoutTeam: string): string =>
  id === null ? withoutTeam : (teams.find((team) => team.id === id)?.name ?? "unknown team");
