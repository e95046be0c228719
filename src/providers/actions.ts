import type { StateAction } from "../alerts/model.ts";

/** The state that a word describes. `progress`: work is in progress; there is no problem and no recovery. */
export type State = StateAction | "progress";

const WORDS: ReadonlyMap<string, State> = new Map(
  Object.entries({
    trigger:
      "trigger triggered retriggered firing fire fired open opened reopen reopened alert alerting alarm active activated " +
      "problem down new create created start started fail failed failing failure critical error errored warning warn " +
      "unhealthy raised nodata unresolved unacknowledged unacked unavailable unreachable offline outage degraded severe " +
      "missing late overdue timedout timeout breached violated exceeded expired abnormal anomalous crashed broken red " +
      "notok noncompliant outofsync unstable investigating identified confirmed detected escalated",
    acknowledge: "acknowledge acknowledged acknowledgement acknowledgment ack acked",
    resolve:
      "resolve resolved resolving resolution close closed clear cleared recover recovered recovery recovering ok okay up " +
      "online normal inactive fixed healthy success successful succeeded passing pass passed good end ended done complete " +
      "completed finished synced ready live deployed operational available restored reporting stable green compliant mitigated cancelled " +
      "canceled deactivated dismissed autoresolved falsepositive",
    progress:
      "running pending queued enqueued inprogress processing building preparing waiting waitingforresource scheduled " +
      "uploading deploying starting installing initializing provisioning resumed retrying submitted",
  } satisfies Record<State, string>).flatMap(([state, words]) =>
    words.split(" ").map((word): [string, State] => [word, state as State]),
  ),
);

/** Words that negate the state after them. */
const NEGATION = /^(?:not|no|non|never|un)$/i;

/** Words that are states on their own, but in a phrase may be about anything: "connection closed". */
const VAGUE =
  /^(?:clos|complet|done|end|good|normal|live|up$|available|ready|active|new|open|start|creat|stable|green|red)/i;

/** Words for a severity that are states, too; also `MissingData`. */
const SEVERITIES = /^(?:critical|error|warning|warn|data)$/i;

/** Longer texts are sentences, not states. */
const MAX_STATE_LENGTH = 80;

const lookUp = (word: string): State | null => WORDS.get(word.toLowerCase().replaceAll(/[\s_-]/g, "")) ?? null;

/** Parses a common word for the state of an alert; null: unknown word. */
export function parseAction(word: string): StateAction | null {
  const state = lookUp(word);
  return state === "progress" ? null : state;
}

/**
 * Parses a state that may have more around the word: `FIRING_TO_OK`, `incident.acknowledged`, `alert_created_v1`,
 * `Warn Recovered`, `Resolved by Alice`. The last word decides, else the first. Null: no known word.
 */
export function parseState(text: string): State | null {
  const plain = text.trim();
  if (plain.length > MAX_STATE_LENGTH) return null;
  const whole = lookUp(plain);
  if (whole !== null) return whole;
  const [, target] = /[\s_-]to[\s_-]+(.+)$/i.exec(plain) ?? [];
  if (target !== undefined) return parseState(target);
  const words = plain
    .replace(/[._-]?v\d+$/i, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== "");
  const isPhrase = /\s/.test(plain);
  const last = stateAt(words, words.length - 1, isPhrase);
  // `ResolvedCritical` names the severity that is over. `OK -> CRITICAL` does not.
  const isOver = /^(?:resolved|recovered|cleared|closed)$/i.test(words[0] ?? "") && !/[>→]/.test(plain);
  if (isOver && SEVERITIES.test(words.at(-1) ?? "")) return "resolve";
  return last ?? stateAt(words, 0, isPhrase);
}

/** Like parseState, without states that are no action on an alert. */
export function parseActionIn(text: string): StateAction | null {
  const state = parseState(text);
  return state === "progress" ? null : state;
}

/** The state of one word; `not resolved` and `no longer ok` are problems. */
function stateAt(words: readonly string[], at: number, isPhrase: boolean): State | null {
  const word = words[at] ?? "";
  const pair = at > 0 ? lookUp(`${words[at - 1]}${word}`) : null;
  const state = pair ?? (isPhrase && VAGUE.test(word) ? null : lookUp(word));
  if (state === null || state === "trigger") return state;
  const before = words.slice(Math.max(0, at - 2), at);
  return before.some((each) => NEGATION.test(each)) ? "trigger" : state;
}

/** Whether a sentence says that a problem is over: "Backup has recovered", "db-1 is back online". */
export const isRecoveryText = (text: string): boolean =>
  /\b(?:recovered|resolved|cleared|back (?:up|online|to normal)|(?:is|are) (?:now )?(?:up|ok|okay|healthy|online|available)|no longer (?:down|failing|firing|alerting|offline|unavailable|unreachable|unhealthy|degraded|missing|late|overdue|critical|breached|exceed\w+))\b/i.test(
    text,
  ) &&
  !/\b(?:not|never|un|no longer)[ -]?(?:been |yet )?(?:recovered|resolved|cleared|up|ok|healthy|online|available)\b/i.test(
    text,
  );
