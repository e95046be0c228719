import type { FC } from "hono/jsx";
import type { AuditActor } from "../../lib/actor.ts";

/** The actor of a timeline entry or audit event. */
export const Actor: FC<{ actor: AuditActor }> = ({ actor }) => (
  <span class="muted" title={actor.id ?? undefined}>
    {WORDS[actor.type](actor)}
  </span>
);

const WORDS: Readonly<Record<AuditActor["type"], (actor: AuditActor) => string>> = {
  source: ({ name }) => (name === null ? "by the source" : `by ${name} at the source`),
  system: () => "automatically",
  unauthenticated: () => "by somebody who is not signed in",
  apiKey: ({ id, name }) => (id === "root" ? "with the root key" : `with API key ${name ?? id?.slice(-6) ?? ""}`),
  user: ({ id, name }) => `by ${name ?? `user ${id?.slice(-6) ?? ""}`}`,
};
