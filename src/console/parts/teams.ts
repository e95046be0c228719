import type { Caller, Scope } from "../console.ts";

/** Teams in which a caller may do something, to choose from; first, who may do it everywhere has what belongs to no team. */
export function teamOptions(caller: Caller, scope: Scope, withoutTeam: string): (readonly [string, string])[] {
  const teams = caller.teams.filter(({ scopes }) => scopes.includes(scope));
  return [
    ...(caller.scopes.includes(scope) ? [["", withoutTeam] as const] : []),
    ...teams.map(({ id, name }) => [id, name] as const),
  ];
}

/** What a team is called; `withoutTeam`: what belongs to none. */
export const teamName = ({ teams }: Caller, id: string | null, withoutTeam: string): string =>
  id === null ? withoutTeam : (teams.find((team) => team.id === id)?.name ?? "a team");
