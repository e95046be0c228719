import type { Schemas } from "../../../packages/client/src/index.ts";

/** The name of who acknowledged an alert; null: nobody did. */
export function ownerName(owner: Schemas["Alert"]["acknowledgedBy"]): string | null {
  if (owner === null) return null;
  if (owner.name !== null) return owner.name;
  if (owner.id === "root") return "root key";
  return owner.type === "source" ? "source" : `${owner.type === "user" ? "user" : "API key"} ${owner.id?.slice(-6)}`;
}
