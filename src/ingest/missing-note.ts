/** The note of a delivery in which a provider found no title, alert key or state: a mapping or a template is probably wrong. */
import { isObject, safeText } from "../lib/json.ts";
import type { MissingField, Provider, Reading } from "../providers/provider.ts";

const WORDS: Readonly<Record<MissingField, string>> = { title: "title", alertKey: "alert key", state: "state" };

const MAX_FIELDS = 20;
const MAX_FIELD_LENGTH = 40;

/** The fields that were not found, and the names of those in the body; undefined: all were found, or a note says why not. */
export function missingNote(
  provider: Provider,
  { events, missing = [], note }: Reading,
  body: unknown,
): string | undefined {
  const found = new Set(missing);
  const isKeyless = events.some(
    (event) => !("unreadable" in event) && event.action === "trigger" && event.alertKey === null,
  );
  if (isKeyless && note === undefined && !provider.usesDeliveryIdAsKey) found.add("alertKey");
  if (found.size === 0) return undefined;
  const words = [...found].map((field) => `no ${WORDS[field]}`).join(", ");
  return `${words} found; fields seen: ${fieldNames(body) || "none"}`;
}

/** The names of the fields of an object, or of the first object of a batch. Names only: values may be secret. */
function fieldNames(body: unknown): string {
  const object = Array.isArray(body) ? body[0] : body;
  if (!isObject(object)) return "";
  const names = Object.keys(object);
  const shown = names.slice(0, MAX_FIELDS).map((name) => safeText(name).slice(0, MAX_FIELD_LENGTH).toWellFormed());
  return [...shown, ...(names.length > MAX_FIELDS ? [`and ${names.length - MAX_FIELDS} more`] : [])].join(", ");
}
