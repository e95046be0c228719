import type { FC } from "hono/jsx";
import type { Actor as ActorOf } from "../../lib/actor.ts";

/** The actor of a timeline entry or audit event. */
export const Actor: FC<{ actor: ActorOf }> = ({ actor }) => (
  <span class="muted" title={actor.id ?? undefined}>
    {WORDS[actor.type](actor)}
  </span>
);

const WORDS: Readonly<Record<ActorOf["type"], (actor: ActorOf) => string>> = {
  source: ({ name }) => (name === null ? "by the source" : `by ${name} at the source`),
  system: () => "automatically",
  apiKey: ({ id, name }) => (id === "root" ? "with the root key" : `with API key ${name ?? id?.slice(-6) ?? ""}`),
  user: ({ id, name }) => `by ${name ?? `user ${id?.slice(-6) ?? ""}`}`,
};
