/** Callers, their scopes and the teams that they can see. Pure. */

/** Scopes of API keys and roles. A `write` scope includes its `read` scope; `admin` includes all. */
export const SCOPES = [
  "alerts:read",
  "alerts:write",
  "deliveries:read",
  "deliveries:replay",
  "integrations:read",
  "integrations:write",
  "subscriptions:read",
  "subscriptions:write",
  "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLES = ["ADMIN", "RESPONDER", "OBSERVER"] as const;
export type Role = (typeof ROLES)[number];

const OBSERVER: readonly Scope[] = ["alerts:read", "deliveries:read", "integrations:read"];

/** Scopes of each role within its team. */
const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  OBSERVER,
  RESPONDER: [...OBSERVER, "alerts:write", "deliveries:replay"],
  ADMIN: SCOPES,
};

const IMPLIED: Partial<Record<Scope, readonly Scope[]>> = {
  "alerts:write": ["alerts:read"],
  "deliveries:replay": ["deliveries:read"],
  "integrations:write": ["integrations:read"],
  "subscriptions:write": ["subscriptions:read"],
  admin: SCOPES,
};

/** An authenticated caller. */
export interface Principal {
  /** Name in timelines and the audit log: `api:root`, `api:<key id>`, `user:<user id>`. */
  actor: string;
  /** The name of the user or API key, if known. */
  actorName: string | null;
  /** Scopes in all teams, and for resources without a team. */
  everywhere: ReadonlySet<Scope>;
  /** Scopes by team id. */
  teams: ReadonlyMap<string, ReadonlySet<Scope>>;
  /** The integration to which an API key is limited, and its scopes there; null: no limit. With a limit, there are no other scopes. */
  limit: (OneIntegration & { scopes: ReadonlySet<Scope> }) | null;
  /** The signed-in user; null for an API key. */
  user: { id: string; sessionId: string } | null;
  /** The session or API key, as Postgres had it; null: not of Postgres. Instants are Unix ms. */
  credential: { expiresAt: number | null; verifiedAt: number } | null;
}

/** The ids of teams. */
export type Teams = "all" | readonly string[];

/** The resources of one integration, as long as it belongs to one of the teams. */
export interface OneIntegration {
  readonly integrationId: string;
  readonly teams: Teams;
}

/** What a caller with a scope can see: the resources of the teams in which they have it, or those of one integration. */
export type VisibleTeams = Teams | OneIntegration;

/** A resource. Those without an integration are invisible to a key for one integration. */
export interface Owned {
  /** Null: a resource of the platform, which only callers with access to all teams can see. */
  teamId: string | null;
  integrationId?: string;
}

/** Returns scopes together with the scopes that they include. */
export const scopeSet = (scopes: readonly Scope[]): ReadonlySet<Scope> =>
  new Set(scopes.flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])]));

export const roleScopes = (role: Role): ReadonlySet<Scope> => scopeSet(ROLE_SCOPES[role]);

/** The caller that presents the root key. */
export const ROOT: Principal = {
  actor: "api:root",
  actorName: null,
  everywhere: new Set(SCOPES),
  teams: new Map(),
  limit: null,
  user: null,
  credential: null,
};

/** A caller without credentials. Only for the actor of audit events. */
export const UNAUTHENTICATED: Principal = {
  actor: "unauthenticated",
  actorName: null,
  everywhere: new Set(),
  teams: new Map(),
  limit: null,
  user: null,
  credential: null,
};

/** A user who acts without a session, while signing in or setting a password. Only for the actor of audit events. */
export const userPrincipal = (userId: string): Principal => ({
  actor: `user:${userId}`,
  actorName: null,
  everywhere: new Set(),
  teams: new Map(),
  limit: null,
  user: null,
  credential: null,
});

/** Returns what a caller with a scope can see: nothing without it. */
export function visibleTeamsOf({ everywhere, teams, limit }: Principal, scope: Scope): VisibleTeams {
  if (limit) return limit.scopes.has(scope) ? { integrationId: limit.integrationId, teams: limit.teams } : [];
  if (everywhere.has(scope)) return "all";
  return [...teams].filter(([, scopes]) => scopes.has(scope)).map(([teamId]) => teamId);
}

export const isOneIntegration = (visibleTeams: VisibleTeams): visibleTeams is OneIntegration =>
  typeof visibleTeams === "object" && "integrationId" in visibleTeams;

/** The teams whose resources, or whose integration, are visible. */
export const teamsOf = (visibleTeams: VisibleTeams): Teams =>
  isOneIntegration(visibleTeams) ? visibleTeams.teams : visibleTeams;

/** Whether nothing is visible. */
export const seesNothing = (visibleTeams: VisibleTeams): boolean => teamsOf(visibleTeams).length === 0;

/**
 * Checks whether the visible teams include a team: with it, its resources of every integration and of none.
 * @param teamId null: the platform, which only callers with access to all teams can see
 */
export const includesTeam = (visibleTeams: VisibleTeams, teamId: string | null): boolean =>
  !isOneIntegration(visibleTeams) && isIn(visibleTeams, teamId);

/** Checks whether a resource is visible. */
export const includes = (visibleTeams: VisibleTeams, { teamId, integrationId }: Owned): boolean =>
  isOneIntegration(visibleTeams)
    ? visibleTeams.integrationId === integrationId && isIn(visibleTeams.teams, teamId)
    : isIn(visibleTeams, teamId);

const isIn = (teams: Teams, teamId: string | null): boolean =>
  teams === "all" || (teamId !== null && teams.includes(teamId));

/** Checks whether everything that is visible in `part` is visible in `whole`. */
export function covers(whole: VisibleTeams, part: VisibleTeams): boolean {
  if (isOneIntegration(whole)) {
    return isOneIntegration(part) && part.integrationId === whole.integrationId && covers(whole.teams, part.teams);
  }
  const teams = teamsOf(part);
  return teams === "all" ? whole === "all" : teams.every((teamId) => isIn(whole, teamId));
}

/** Narrows the visible teams to the team that a filter names, if any. */
export const narrow = (visibleTeams: VisibleTeams, teamId: string | undefined): VisibleTeams =>
  narrowTo(visibleTeams, teamId === undefined ? undefined : [teamId]);

/** Narrows the visible teams to those that a filter names; undefined: it names none. */
export function narrowTo(visibleTeams: VisibleTeams, teamIds: readonly string[] | undefined): VisibleTeams {
  if (teamIds === undefined) return visibleTeams;
  const teams = teamIds.filter((teamId) => isIn(teamsOf(visibleTeams), teamId));
  return isOneIntegration(visibleTeams) ? { ...visibleTeams, teams } : teams;
}
