/** Decides which events of a general event bus are alerts. */
import type { Action } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { asText, hasAny } from "./fields.ts";

export const TITLE = ["title", "summary", "name"] as const;
export const STATE = ["status", "state", "action"] as const;
export const SEVERITY = ["severity", "priority", "level"] as const;

/** Words that are states of alerts in other fields, but in an event type describe the lifecycle of any object. */
const LIFECYCLE_WORDS = /^(created?|new|start(ed)?|end(ed)?|done|active|normal|good)$/;

/** The state at the end of an event type (`com.example.disk.resolved`, `check.failed`); null: none. */
export function stateOfType(type: unknown): Action | null {
  const word = (asText(type) ?? "").split(/[./:]/).at(-1) ?? "";
  return LIFECYCLE_WORDS.test(word.toLowerCase()) ? null : parseAction(word);
}

/** Whether an event is an alert: its data has a title, severity or state, or its type ends with a state. */
export const isAlertEvent = (type: unknown, data: unknown): boolean =>
  hasAny(data, ...TITLE, ...STATE, ...SEVERITY) || stateOfType(type) !== null;
