/** Reads one object of any tool as an event, by common field names (see generic-names.ts). */
import type { AlertEvent } from "../alerts/event.ts";
import type { Severity, StateAction } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { isRecoveryText, parseAction, parseState, type State } from "./actions.ts";
import { asInstant, asNumber, asText, asUtcInstant, keyOf } from "./fields.ts";
import { Fields, keyText, labelOf, linkOf, nameOf, plainName, type Scope, textOf, wordsOf } from "./generic-fields.ts";
import { BAD_FLAGS, COUNTS, GOOD_FLAGS, NAMES, SYNC_STATES } from "./generic-names.ts";
import { readRunKey } from "./generic-run.ts";
import { asFlag, dropState, isTest, readState, stateWord } from "./generic-state.ts";
import { CONTEXTS } from "./generic-wrappers.ts";
import { missingNote } from "./missing-note.ts";
import { BodyError, newEvent } from "./provider.ts";

export const UNTITLED = "Untitled alert";

/** What was read from one object. */
export interface GenericReading {
  /** Null: the object only reports that work is in progress. */
  event: AlertEvent | null;
  /** The fields, whether or not they are an event. */
  read: AlertEvent;
  isRecognized: boolean;
  note?: string;
}

/**
 * Reads the fields of an object, and of the wrappers in it.
 * @param outer the envelope of the object, such as `{ type, timestamp }`; its fields are looked at last
 * @throws BodyError if the value is not an object, or empty
 */
export function readObject(body: unknown, pointer: string, outer?: JsonObject): GenericReading {
  if (!isObject(body)) throw new BodyError("expected a JSON object", pointer);
  if (Object.keys(body).length === 0) throw new BodyError("the object is empty", pointer);

  const fields = new Fields(body, outer);
  const runKey = readRunKey(fields);
  const ownKey = readKey(fields, fields.hasAny(NAMES.title), runKey);
  const definition = fields.peek(NAMES.definition, nameOf);
  const ownState = readState(fields, runKey !== null);
  const titled = readTitle(fields);
  // In `{title, message}`, the message is the description.
  const description =
    fields.take(NAMES.description, asText) ?? fields.take([...NAMES.title, ...NAMES.weakTitle], asText, [fields.top]);
  const note = fields.peek(NAMES.note, asText);
  const found = readSeverity(fields);
  const state = stateOf(ownState ?? titled.state, titled.title, found, fields, runKey !== null);
  // `{service: "checkout"}` is a label too, so it stays in the metadata.
  const source = fields.use(NAMES.source, nameOf) ?? contextOf(fields);
  const alertKey = ownKey ?? titled.bare ?? (state === null ? null : keyOfState(fields, definition, source));
  const externalId = fields.peek(NAMES.externalId, keyText, [fields.top]) ?? fields.peek(NAMES.id, keyText) ?? alertKey;
  const action: StateAction =
    state === null || state === "progress" ? (found.isClear && alertKey !== null ? "resolve" : "trigger") : state;
  const isOver = action === "resolve";
  const occurredAt = fields.take(isOver ? NAMES.endedAt : NAMES.occurredAt, readTime);
  dropState(fields);
  const url = fields.take(NAMES.url, linkOf);
  const hasState = state !== null || found.isClear;
  const missing = missingNote({ title: titled.title, "alert key": alertKey, state: hasState || null }, body);
  fields.drop([...NAMES.key, ...NAMES.id, "source"]);

  const read = newEvent({
    action,
    alertKey,
    externalId,
    title: titled.title ?? UNTITLED,
    description: description === titled.title ? null : description,
    severity: found.severity,
    source,
    url,
    occurredAt,
    startedAt: isOver ? fields.peek(NAMES.startedAt, readTime) : null,
    note: action === "trigger" ? null : note,
    author: action === "trigger" ? null : fields.peek(NAMES.author, nameOf),
    metadata: fields.rest(),
  });
  const isRecognized = fields.tookAny || alertKey !== null;
  if (isTest(fields, state)) return { event: null, read, isRecognized: true, note: "no alert: a test" };
  const comment = readComment(fields, read);
  if (comment) return comment;
  if (state !== "progress") return { event: read, read, isRecognized, ...(missing && { note: missing }) };
  return { event: null, read, isRecognized: true, note: "no alert: work in progress" };
}

/** The state, also by the text of a title without a state word, by the date of an end, and by a scan without findings. */
function stateOf(
  state: State | null,
  title: string | null,
  { severity, isWord, isClean }: FoundSeverity,
  fields: Fields,
  isRun: boolean,
): State | null {
  // Work that runs has no severity. A problem that waits for a person has: `{ severity: "critical", status: "pending" }`.
  const isWaiting = /^(?:pending|in[ _-]?progress|processing|waiting)$/i.test(fields.peek(NAMES.status, textOf) ?? "");
  if (state === "progress" && !isRun && isWaiting && isWord && severity !== "INFO") return "trigger";
  if (state !== null) return state;
  const end = fields.hasAny(["starttime"]) ? [...NAMES.overAt, "endtime"] : NAMES.overAt;
  const isOver = (fields.peek(end, readTime) ?? 0) > 0;
  return isOver || isClean || (title !== null && isRecoveryText(title)) ? "resolve" : null;
}

/** What ties the events of a state together, if there is no id. */
function keyOfState(fields: Fields, definition: string | null, source: string | null): string | null {
  if (definition !== null) return keyOf(definition, source);
  const eventId = fields.peek(NAMES.eventId, keyText);
  if (eventId !== null) return eventId;
  if (fields.peek(SYNC_STATES, textOf) !== null) return fields.peek(["appname", "app", "application"], nameOf);
  // `server_failed` and `server_available` of a service.
  const [kind] = /^[a-z]+(?=[._-])/i.exec(fields.peek(["eventtype", "type"], textOf, [fields.top]) ?? "") ?? [];
  return kind === undefined ? null : keyOf(fields.peek(["serviceid"], keyText), kind);
}

/** `incident.commented`, `note_added`: a comment on the alert with that key. Undefined: the event is no comment. */
function readComment(fields: Fields, read: AlertEvent): GenericReading | undefined {
  const type = fields.peek([...NAMES.eventType, "action"], textOf) ?? "";
  if (!/(?:^|[._ -])(?:comment(?:ed)?|note|annotated?|(?:comment|note)[._ -]?(?:added|created|updated))$/i.test(type))
    return undefined;
  const note = fields.peek([...NAMES.note, "message", "content", "text", "body"], nameOf);
  const author = fields.peek(NAMES.author, nameOf);
  if (note === null || read.alertKey === null)
    return { event: null, read, isRecognized: true, note: "no alert: a comment without a text or an alert key" };
  const event: AlertEvent = { ...read, action: "note", note, author };
  return { event, read: event, isRecognized: true };
}

/** A title, and the state and the rest of a title such as `[Resolved] Disk full`. */
interface Titled {
  title: string | null;
  state: State | null;
  bare: string | null;
}

/** `[FIRING:2] Disk full` */
const BRACKETED = /^\s*\[([^\]:]{2,40})(?::\d+)?\]\s*(\S.*)$/s;
/** `RESOLVED: Disk full` */
const PREFIXED = /^\s*([A-Z]{2,12}):\s*(\S.*)$/s;

function readTitle(fields: Fields): Titled {
  const title =
    fields.take(
      NAMES.title,
      nameOf,
      fields.scopes.filter(({ name }) => name !== "involvedobject"),
    ) ??
    weakTitleOf(fields) ??
    contextTitle(fields) ??
    fields.peek(["buildname"], nameOf);
  const [, word, bare] = BRACKETED.exec(title ?? "") ?? PREFIXED.exec(title ?? "") ?? [];
  const state = word === undefined ? null : parseState(word);
  return { title, state, bare: state === null ? null : (bare ?? null) };
}

/** Removes a text that has no more than its title. */
function weakTitleOf(fields: Fields): string | null {
  const title = fields.peek(NAMES.weakTitle, firstLine);
  return fields.take(NAMES.weakTitle, (value) => (nameOf(value)?.trim() === title ? title : null)) ?? title;
}

/** A long text is a description: its first line makes the title. */
function firstLine(value: unknown): string | null {
  const line =
    nameOf(value)
      ?.split("\n")
      .find((each) => each.trim() !== "")
      ?.trim() ?? null;
  return line !== null && line.length > 200 ? `${line.slice(0, 199).toWellFormed()}…` : line;
}

/** A title from what the alert belongs to: `acme/shop: pipeline main failed`. */
function contextTitle(fields: Fields): string | null {
  const context = contextOf(fields);
  const kind = fields.peek(["objectkind", "kind", ...NAMES.eventType], textOf);
  if (context === null && kind === null) return null;
  const rest = [
    kind,
    fields.peek(["ref", "branch"], textOf),
    fields.peek(NAMES.status, (value) => stateWord(value) ?? textOf(value)),
  ];
  return [context, [...new Set(rest)].filter((part) => part !== null).join(" ")].filter(Boolean).join(": ");
}

const contextOf = (fields: Fields): string | null =>
  fields.peek<string>(CONTEXTS, (value) => pathOf(value) ?? nameOf(value)) ??
  fields.peek(["involvedobject", "image", "metadata"], nameOf);

/** Projects and repositories have a path that is more precise than their name. */
const pathOf = (value: unknown): string | null =>
  isObject(value) ? new Fields(value).peek(["pathwithnamespace", "fullname"], textOf) : null;

/** A key that the sender chose; else the id of the alert, which is at the top only if its title is there. */
function readKey(fields: Fields, isTopAlert: boolean, runKey: string | null): string | null {
  const inner = fields.scopes.slice(1).filter(({ name }) => name !== "outer" && name !== "event");
  const ids = isTopAlert ? [fields.top, ...inner] : [...inner, ...fields.scopes];
  return (
    fields.peek(NAMES.key, keyText) ??
    runKey ??
    fields.peek(NAMES.id, idText, ids) ??
    fields.peek(NAMES.watchedId, keyText) ??
    keyOfObject(fields) ??
    // `{ online: false, service: { id: 5 } }` is about the state of that service alone.
    (fields.peek([...GOOD_FLAGS, ...BAD_FLAGS], asFlag) === null ? null : fields.peek(WATCHED, thingId))
  );
}

/** Objects that a flag may be about. */
const WATCHED = ["service", "site", "endpoint", "target", "device", "host"];

const thingId = (value: unknown): string | null => (isObject(value) ? new Fields(value).peek(NAMES.id, keyText) : null);

const isObjectScope = ({ fields: members }: Scope): boolean =>
  members.has("kind") && isObject(members.get("metadata")?.value);

/** An object of Kubernetes: kind, namespace and name. */
function keyOfObject(fields: Fields): string | null {
  const scope = fields.scopes.find(isObjectScope);
  const involved = fields.scopes.find(({ name }) => name === "involvedobject");
  const member = (name: string) =>
    involved
      ? fields.peek([name], textOf, [involved])
      : scope &&
        fields.peek(["metadata"], (value) => (isObject(value) ? new Fields(value).peek([name], textOf) : null), [
          scope,
        ]);
  const kind = fields.peek(
    ["kind"],
    textOf,
    [involved, scope].filter((each) => each !== undefined),
  );
  const name = member("name") ?? null;
  return name === null ? null : keyOf(kind ?? "object", member("namespace"), name);
}

/** `evt-1` is the id of an event. */
const idText = (value: unknown): string | null => {
  const id = keyText(value);
  return id !== null && /^(?:evt|events?)[-_]/i.test(id) ? null : id;
};

interface FoundSeverity {
  severity: Severity;
  /** A severity that says that all is well. */
  isClear: boolean;
  /** The sender gave a word for it. */
  isWord: boolean;
  /** Findings were counted, and there are none. */
  isClean: boolean;
}

function readSeverity(fields: Fields): FoundSeverity {
  const word = fields.peek(NAMES.severity, asText, [fields.top]);
  const named =
    fields.take(NAMES.severity, severityOf) ??
    fields.peek(["labels", "tags", "attributes", "customdetails", "annotations"], labelSeverity);
  const counts = countsOf(fields.scopes);
  const severity =
    named ?? severityOfCounts(counts) ?? fields.peek([...NAMES.status, ...NAMES.eventType], severityOfState);
  const isClear = severity === "INFO" && word !== null && parseAction(word) === "resolve";
  return {
    severity: severity ?? "MEDIUM",
    isClear: isClear && !fields.hasAny(["status", "state", "action", "eventaction", "eventtype"]),
    isWord: named !== null,
    isClean: named === null && counts.length > 1 && counts.every(([, count]) => count === 0),
  };
}

/** Numbers mean P1 … P5, except in `level`, whose numbers differ between tools. */
const severityOf = (value: unknown, name: string): Severity | null =>
  wordsOf(value)
    .map((word) => parseSeverity(plainName(name) !== "level" && /^[1-5]$/.test(word) ? `P${word}` : word))
    .find((severity) => severity !== null) ?? null;

const labelSeverity = (labels: unknown): Severity | null =>
  severityOf(labelOf(labels, "severity"), "") ?? severityOf(labelOf(labels, "priority"), "");

/** `{ criticalCount: 2, highCount: 5 }` of a scan, also one level down in its summary: numbers by severity. */
function countsOf(scopes: readonly Scope[]): [string, number][] {
  const summaries = scopes.flatMap(({ fields }) =>
    ["summary", "vulnerabilitysummary", "findingseveritycounts", "counts"].flatMap((name) => {
      const value = fields.get(name)?.value;
      return isObject(value) ? [new Fields(value).top] : [];
    }),
  );
  return [...scopes, ...summaries].flatMap(({ fields }) =>
    COUNTS.flatMap((word) =>
      [word, `${word}count`].flatMap((name): [string, number][] => {
        const count = asNumber(fields.get(name)?.value);
        return count === null ? [] : [[word, count]];
      }),
    ),
  );
}

function severityOfCounts(counts: readonly [string, number][]): Severity | null {
  const worst = COUNTS.find((word) => counts.some(([each, count]) => each === word && count > 0));
  return worst === undefined ? null : parseSeverity(worst);
}

/** `status: "critical"` and `message_type: "WARNING"` are a severity too. */
function severityOfState(value: unknown): Severity | null {
  const word = asText(value) ?? "";
  if (/^failure$/i.test(word)) return "HIGH";
  return /^(?:crit|fatal|emerg|err|major|warn|minor|info$|sev|disaster)/i.test(word) ? parseSeverity(word) : null;
}

/** An instant, also as `2026-02-10 12:00:00 UTC`. */
const readTime = (value: unknown): number | null =>
  asInstant(value) ?? (typeof value === "string" ? asUtcInstant(value.replace(/ UTC$/, "")) : null);
