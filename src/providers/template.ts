/** Completes events of sources whose body is an operator's template: operators choose the field names. */
import type { AlertEvent } from "../alerts/event.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import type { Placeholders } from "./placeholders.ts";

/** What a provider found by its own names; null or undefined: nothing. */
export interface Found {
  title: unknown;
  state: unknown;
  severity: unknown;
}

/** Looks up by common names, also in one wrapper, what the provider did not find by its own. */
export function complete(
  event: AlertEvent,
  body: JsonObject,
  found: Found,
  { filledText, filledKey }: Placeholders,
): AlertEvent {
  const isPlaceholder = (text: unknown): boolean => typeof text === "string" && filledText(text) === null;
  const filled = withoutTexts(body, isPlaceholder);
  if (Object.keys(filled).length === 0) return event;
  const { read } = readObject(filled, "");
  return {
    ...event,
    action: isMissing(found.state) ? read.action : event.action,
    // A placeholder that the source did not replace: no other field reliably distinguishes the alerts.
    alertKey: event.alertKey ?? (isPlaceholder(event.externalId) ? null : filledKey(read.alertKey)),
    externalId: event.externalId ?? read.externalId,
    title: isMissing(found.title) && read.title !== UNTITLED ? read.title : event.title,
    description: event.description ?? (isMissing(found.title) ? read.description : null),
    severity: isMissing(found.severity) ? read.severity : event.severity,
    source: event.source ?? read.source,
    url: event.url ?? read.url,
    occurredAt: event.occurredAt ?? (isMissing(found.state) ? read.occurredAt : null),
  };
}

const isMissing = (value: unknown): boolean => value === null || value === undefined || value === "";

/** A copy without some texts, also in nested objects. */
const withoutTexts = (body: JsonObject, isLeftOut: (value: unknown) => boolean): JsonObject =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): [string, unknown][] =>
      isLeftOut(value) ? [] : [[name, isObject(value) ? withoutTexts(value, isLeftOut) : value]],
    ),
  );
