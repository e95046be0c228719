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
  /** The signed-in user; null for an API key. */
  user: { id: string; sessionId: string } | null;
  /** The session or API key, as Postgres had it; null: not of Postgres. Instants are Unix ms. */
  credential: { expiresAt: number | null; verifiedAt: number } | null;
}

/** The ids of the teams in which a caller has a scope. */
export type VisibleTeams = "all" | readonly string[];

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
  user: null,
  credential: null,
};

/** A caller without credentials. Only for the actor of audit events. */
export const UNAUTHENTICATED: Principal = {
  actor: "unauthenticated",
  actorName: null,
  everywhere: new Set(),
  teams: new Map(),
  user: null,
  credential: null,
};

/** A user who acts without a session, while signing in or setting a password. Only for the actor of audit events. */
export const userPrincipal = (userId: string): Principal => ({
  actor: `user:${userId}`,
  actorName: null,
  everywhere: new Set(),
  teams: new Map(),
  user: null,
  credential: null,
});

/** Returns the teams in which a caller has a scope. */
export function visibleTeamsOf(principal: Principal, scope: Scope): VisibleTeams {
  if (principal.everywhere.has(scope)) return "all";
  return [...principal.teams].filter(([, scopes]) => scopes.has(scope)).map(([teamId]) => teamId);
}

/**
 * Checks whether the visible teams include a team.
 * @param teamId null: a resource of the platform, which only callers with access to all teams can see
 */
export const includesTeam = (visibleTeams: VisibleTeams, teamId: string | null): boolean =>
  visibleTeams === "all" || (teamId !== null && visibleTeams.includes(teamId));

/** Narrows the visible teams to the team that a filter names, if any. */
export const narrow = (visibleTeams: VisibleTeams, teamId: string | undefined): VisibleTeams =>
  narrowTo(visibleTeams, teamId === undefined ? undefined : [teamId]);

/** Narrows the visible teams to those that a filter names; undefined: it names none. */
export const narrowTo = (visibleTeams: VisibleTeams, teamIds: readonly string[] | undefined): VisibleTeams =>
  teamIds === undefined ? visibleTeams : teamIds.filter((teamId) => includesTeam(visibleTeams, teamId));
