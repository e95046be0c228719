/** The note of a delivery in which a provider did not find what an alert needs: a template or a mapping is probably wrong. */
import { isObject } from "../lib/json.ts";

const MAX_FIELDS = 20;
const MAX_FIELD_LENGTH = 40;

/**
 * Names the fields that were not found, and the fields that the body has. Values are never quoted: they may be secret.
 * @param found what was looked for; null: it was not found
 * @returns undefined if all was found
 */
export function missingNote(found: Readonly<Record<string, unknown>>, body: unknown): string | undefined {
  const missing = Object.keys(found).filter((name) => found[name] === null);
  if (missing.length === 0) return undefined;
  return `no ${missing.join(", no ")} found; fields seen: ${fieldNames(body) || "none"}`;
}

/** The names of the fields of an object, or of the first object of a batch. */
function fieldNames(body: unknown): string {
  const object: unknown = Array.isArray(body) ? body[0] : body;
  if (!isObject(object)) return "";
  const names = Object.keys(object);
  const shown = names.slice(0, MAX_FIELDS).map((name) => name.slice(0, MAX_FIELD_LENGTH).toWellFormed());
  return [...shown, ...(names.length > MAX_FIELDS ? [`and ${names.length - MAX_FIELDS} more`] : [])].join(", ");
}
