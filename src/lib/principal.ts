/** Who asks, and what they may do: the rules, pure. */

/** What may be asked for. A `write` holds its `read`, and `admin` holds everything. */
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

/** What each role of a team may do in it. */
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

/** Who asks. */
export interface Principal {
  /** As it stands in timelines and the audit log: `api:root`, `api:<key id>`, `user:<user id>`. */
  actor: string;
  /** What it may do everywhere, also where there is no team. */
  everywhere: ReadonlySet<Scope>;
  /** What it may do in single teams. */
  teams: ReadonlyMap<string, ReadonlySet<Scope>>;
  /** The signed-in person; null: a program. */
  user: { id: string; sessionId: string } | null;
}

/** In which teams something is allowed. */
export type VisibleTeams = "all" | readonly string[];

/** Scopes with those that they hold. */
export const scopeSet = (scopes: readonly Scope[]): ReadonlySet<Scope> =>
  new Set(scopes.flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])]));

/** What a role allows. */
export const roleScopes = (role: Role): ReadonlySet<Scope> => scopeSet(ROLE_SCOPES[role]);

/** The holder of the root key. */
export const ROOT: Principal = { actor: "api:root", everywhere: new Set(SCOPES), teams: new Map(), user: null };

/** In which teams a principal may do something. */
export function visibleTeamsOf(principal: Principal, scope: Scope): VisibleTeams {
  if (principal.everywhere.has(scope)) return "all";
  return [...principal.teams].filter(([, scopes]) => scopes.has(scope)).map(([teamId]) => teamId);
}

/** Whether what belongs to a team (null: to no team, so to the platform) is within visibleTeams. */
export const includesTeam = (visibleTeams: VisibleTeams, teamId: string | null): boolean =>
  visibleTeams === "all" || (teamId !== null && visibleTeams.includes(teamId));

/** A visibleTeams narrowed to one team, when a filter names one. */
export const narrow = (visibleTeams: VisibleTeams, teamId: string | undefined): VisibleTeams => {
  if (teamId === undefined) return visibleTeams;
  return includesTeam(visibleTeams, teamId) ? [teamId] : [];
};
