/** Completes events of sources whose body is an operator's template: operators choose the field names. */
import type { AlertEvent } from "../alerts/event.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { filledText } from "./fields.ts";
import { readObject, UNTITLED } from "./generic-object.ts";

/** What a provider found by its own names; null or undefined: nothing. */
export interface Found {
  title: unknown;
  state: unknown;
  severity: unknown;
}

/** Looks up by common names, also in one wrapper, what the provider did not find by its own. */
export function complete(event: AlertEvent, body: JsonObject, found: Found): AlertEvent {
  const filled = withoutPlaceholders(body);
  if (Object.keys(filled).length === 0) return event;
  const { read } = readObject(filled, "");
  return {
    ...event,
    action: isMissing(found.state) ? read.action : event.action,
    // A placeholder that the source did not replace: no other field is sure to tell the alerts apart.
    alertKey: event.alertKey ?? (isPlaceholder(event.externalId) ? null : read.alertKey),
    externalId: event.externalId ?? read.externalId,
    title: isMissing(found.title) && read.title !== UNTITLED ? read.title : event.title,
    description: event.description ?? (isMissing(found.title) ? read.description : null),
    severity: isMissing(found.severity) ? read.severity : event.severity,
    source: event.source ?? read.source,
    url: event.url ?? read.url,
    occurredAt: event.occurredAt ?? (isMissing(found.state) ? read.occurredAt : null),
  };
}

const isPlaceholder = (text: string | null): boolean => text !== null && filledText(text) === null;

const isMissing = (value: unknown): boolean => value === null || value === undefined || value === "";

/** The fields that the source filled in. */
const withoutPlaceholders = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
      if (typeof value === "string" && filledText(value) === null) return [];
      return [[name, isObject(value) ? withoutPlaceholders(value) : value]];
    }),
  );
