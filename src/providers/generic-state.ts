/** Reads the state of an alert by common field names (see generic-names.ts): by a word, an event type or a flag. */
import { isObject } from "../lib/json.ts";
import { parseAction, parseState, type State } from "./actions.ts";
import { asText } from "./fields.ts";
import { type Fields, textOf, wordsOf } from "./generic-fields.ts";
import { BAD_FLAGS, GOOD_FLAGS, NAMES, SYNC_STATES } from "./generic-names.ts";

/** Words that say that something ended, but not how: `{ action: "completed", conclusion: "failure" }`. */
const ENDED = /^(?:complete|completed|finished|done|end|ended)$/i;

/** A run with such a result is neither good nor bad news. */
const NO_RESULT = /(?:start|creat|cancel|skip|abort|neutral|stale|new|stop)[a-z]*$/i;

/** The state by a word, the last word of an event type, or a flag. */
export function readState(fields: Fields, isRun: boolean): State | null {
  const result = isRun ? fields.peek(["conclusion", "result"], textOf) : null;
  if (result !== null && NO_RESULT.test(result)) return "progress";
  if (fields.peek(SYNC_STATES, isBad) !== null) return "trigger";
  const word =
    fields.peek([...NAMES.status, ...SYNC_STATES], definiteWord) ??
    fields.peek(NAMES.status, stateWord) ??
    fields.peek(NAMES.eventType, eventWord);
  if (isRun && word !== null && NO_RESULT.test(word)) return "progress";
  if (word !== null) return stateOrType(fields, parseState(word), isRun);
  const good = fields.take(GOOD_FLAGS, asFlag);
  if (good !== null) return good ? "resolve" : "trigger";
  const bad = fields.take(BAD_FLAGS, asFlag);
  if (bad !== null) return bad ? "trigger" : "resolve";
  const reason = fields.peek(["reason"], eventWord);
  return sensorState(fields) ?? kubernetesState(fields) ?? (reason === null ? null : parseState(reason));
}

/** A binary sensor of Home Assistant is on while there is a problem. */
function sensorState(fields: Fields): State | null {
  if (!fields.peek(["entityid"], textOf)?.startsWith("binary_sensor.")) return null;
  const word = fields.peek(["state", "newstate", "tostate"], textOf)?.toLowerCase();
  return word === "on" ? "trigger" : word === "off" ? "resolve" : null;
}

/** Flux reports success by the severity `info`, with many reasons: `NewArtifact`. */
function kubernetesState(fields: Fields): State | null {
  if (!fields.scopes.some(({ name }) => name === "involvedobject")) return null;
  if (fields.peek(["severity"], textOf, [fields.top]) !== "info") return null;
  const isGoingOn = /progress|dependency|wait|start/i.test(fields.peek(["reason"], textOf, [fields.top]) ?? "");
  const isPassed = /\b(?:passed|succeeded|finished)\b/i.test(fields.peek(["message"], textOf, [fields.top]) ?? "");
  return isGoingOn && !isPassed ? "progress" : "resolve";
}

const isBad = (value: unknown): true | null => parseState(textOf(value) ?? "") === "trigger" || null;

/** An alert that waits for a person is an alert: `{ event: "alert-created", status: "PENDING" }`. */
function stateOrType(fields: Fields, state: State | null, isRun: boolean): State | null {
  if (state !== "progress" || isRun) return state;
  const type = fields.peek(NAMES.eventType, eventWord);
  return type !== null && parseState(type) === "trigger" ? "trigger" : state;
}

/** Removes the word that gave the state from the metadata. */
export const dropState = (fields: Fields): unknown =>
  fields.take(NAMES.status, definiteWord) ??
  fields.take(NAMES.status, stateWord) ??
  fields.take(NAMES.eventType, eventWord);

/** The word of a value that is a state. */
export const stateWord = (value: unknown): string | null =>
  statusWordsOf(value).find((word) => (isObject(value) ? parseAction(word) : parseState(word)) !== null) ?? null;

function definiteWord(value: unknown): string | null {
  const word = stateWord(value);
  return word === null || ENDED.test(word.trim()) ? null : word;
}

/** The words of a state: itself, or those of an object such as `{ name: "Gate", status: "ERROR" }`. */
const statusWordsOf = (value: unknown): string[] =>
  isObject(value) ? [...wordsOf(value.status), ...wordsOf(value)] : wordsOf(value);

/** Event types are single words. A sentence is not a state. */
const eventWord = (value: unknown): string | null =>
  wordsOf(value).find((word) => (!/\s/.test(word.trim()) || parseAction(word)) && parseState(word) !== null) ?? null;

/** A flag, also as text. */
export function asFlag(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const flag = new Map([
    ["true", true],
    ["false", false],
    ["1", true],
    ["0", false],
  ]).get(asText(value)?.toLowerCase() ?? "");
  return flag ?? null;
}

/**
 * What test buttons send: `type: "ping"`, `event: "test_notification"`, `test: true`. The type of a check with a state is
 * none: `{ type: "ping", status: "down" }`, `{ type: "api_test", status: "failed" }`.
 */
export function isTest(fields: Fields, state: State | null): boolean {
  const type = fields.peek([...NAMES.eventType, "action"], textOf)?.trim() ?? "";
  if (/^test(?:[._ -]?(?:notification|event|alert|webhook|message))?$/i.test(type)) return true;
  if (state === null && /^(?:.*[._-])?(?:test|ping)$/i.test(type)) return true;
  return fields.peek(["test", "istest", "testmode"], asFlag) === true;
}
