/** The owner of an alert in a list. The Worker renders it with this function, and alert-rows.js updates it with it. */

/**
 * The name of who acknowledged an alert; null: nobody did.
 * @param {{ type: string, id: string | null, name: string | null } | null} owner
 * @returns {string | null}
 */
export function ownerName(owner) {
  if (owner === null) return null;
  if (owner.name !== null) return owner.name;
  if (owner.id === "root") return "root key";
  return owner.type === "source" ? "source" : `${owner.type === "user" ? "user" : "API key"} ${owner.id?.slice(-6)}`;
}
