/** Who changed something. Stored as one text: `source`, `tocsin`, `api:<key id>`, `user:<id>`; of audit events also `unauthenticated`. */

export const ACTOR_TYPES = ["source", "user", "apiKey", "system"] as const;

export interface Actor {
  type: (typeof ACTOR_TYPES)[number];
  /** The id of the user or API key; null: the actor has none. */
  id: string | null;
  /** The name of the person, API key or sender, if known. */
  name: string | null;
}

/** The actor of an audit event; also a caller who is not signed in, for example one who guesses passwords. */
export type AuditActor = Actor | { type: "unauthenticated"; id: null; name: null };

/** The actor of a stored audit event. */
export const parseAuditActor = (stored: string): AuditActor =>
  stored === "unauthenticated" ? { type: "unauthenticated", id: null, name: null } : parseActor(stored, null);

/** The actor of a stored timeline entry. */
export function parseActor(stored: string, name: string | null): Actor {
  const [kind, id = null] = stored.split(":", 2);
  if (kind === "source") return { type: "source", id: null, name };
  if (kind === "api") return { type: "apiKey", id, name };
  if (kind === "user") return { type: "user", id, name };
  return { type: "system", id: null, name };
}
