/** Which events of a bus that carries everything are alerts. */
import type { Action } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { asText, hasAny } from "./fields.ts";

export const TITLE = ["title", "summary", "name"] as const;
export const STATE = ["status", "state", "action"] as const;
export const SEVERITY = ["severity", "priority", "level"] as const;

/** Words that tell the state of trouble elsewhere, but the life of any thing as the end of an event's type. */
const LIFE = /^(created?|new|start(ed)?|end(ed)?|done|active|normal|good)$/;

/** The state that an event's type ends with (`com.example.disk.resolved`, `check.failed`); null: with none. */
export function stateOfType(type: unknown): Action | null {
  const word = (asText(type) ?? "").split(/[./:]/).at(-1) ?? "";
  return LIFE.test(word.toLowerCase()) ? null : parseAction(word);
}

/** Whether an event is an alert: its data has a title, a severity or a state, or its type ends with one. */
export const tellsOfTrouble = (type: unknown, data: unknown): boolean =>
  hasAny(data, ...TITLE, ...STATE, ...SEVERITY) || stateOfType(type) !== null;
