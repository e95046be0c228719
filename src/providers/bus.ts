/** Decides which events of a general event bus are alerts. */
import type { Action } from "../alerts/model.ts";
import { isObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asText } from "./fields.ts";
import { Fields } from "./generic-fields.ts";

const TITLE = ["title", "summary", "name"] as const;
const STATE = ["status", "state", "action"] as const;
const SEVERITY = ["severity", "priority", "level"] as const;

const ALERT_FIELDS = [...TITLE, ...STATE, ...SEVERITY];

/** Words that are states of alerts in other fields, but in an event type describe the lifecycle of any object. */
const LIFECYCLE_WORDS = /^(created?|new|start(ed)?|end(ed)?|done|active|normal|good)$/;

/**
 * The state at the end of an event type (`com.example.disk.resolved`, `check.failed`, `incident_closed_v2`); null: none.
 */
export function stateOfType(type: unknown): Action | null {
  const text = (asText(type) ?? "").replace(/[._-]?v\d+$/i, "");
  const words = text.split(/[./:]/).at(-1) ?? "";
  const last = words.split(/[_-]/).at(-1) ?? "";
  return [words, last].some((word) => LIFECYCLE_WORDS.test(word.toLowerCase()))
    ? null
    : (parseAction(words) ?? parseAction(last));
}

/** Whether an event is an alert: its data, or a wrapper in it, has a title, severity or state, or its type ends with a state. */
export const isAlertEvent = (type: unknown, data: unknown): boolean =>
  (isObject(data) && new Fields(data).scopes.some(({ fields }) => ALERT_FIELDS.some((name) => fields.has(name)))) ||
  stateOfType(type) !== null;
