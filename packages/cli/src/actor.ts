import type { Schemas } from "../../client/src/index.ts";

/** The name of an actor, or its kind and id. */
export function actorName({ type, id, name }: Schemas["Actor"]): string {
  if (name !== null) return name;
  if (type === "user" || type === "apiKey") return `${type === "user" ? "user" : "key"} ${id}`;
  return type;
}
