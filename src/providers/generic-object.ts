/** Reads one object of any tool as an event, by common field names (see generic-names.ts). */
import type { AlertEvent } from "../alerts/event.ts";
import type { Severity, StateAction } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseAction, parseState, type State } from "./actions.ts";
import { asInstant, asNumber, asText, asUtcInstant, keyOf } from "./fields.ts";
import { Fields, labelOf, linkOf, nameOf, plainName, type Scope, wordsOf } from "./generic-fields.ts";
import { BAD_FLAGS, CONTEXTS, COUNTS, GOOD_FLAGS, NAMES, RUNS } from "./generic-names.ts";
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
  const state = ownState ?? titled.state;
  // `{service: "checkout"}` is a label too, so it stays in the metadata.
  const source = fields.use(NAMES.source, nameOf) ?? contextOf(fields);
  const alertKey = ownKey ?? titled.bare ?? (state === null || definition === null ? null : keyOf(definition, source));
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
  if (isTest(fields)) return { event: null, read, isRecognized: true, note: "no alert: a test" };
  const comment = readComment(fields, read);
  if (comment) return comment;
  if (state !== "progress") return { event: read, read, isRecognized, ...(missing && { note: missing }) };
  return { event: null, read, isRecognized: true, note: "no alert: work in progress" };
}

/** What test buttons send: `type: "ping"`, `event: "test_notification"`, `test: true`. */
function isTest(fields: Fields): boolean {
  const word = fields.peek([...NAMES.eventType, "action"], textOf) ?? "";
  if (/^(?:(?:.*[._-])?(?:test|ping)|test[._ -]?(?:notification|event|alert|webhook|message))$/i.test(word.trim()))
    return true;
  return fields.peek(["test", "istest", "testmode"], asFlag) === true;
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
    contextTitle(fields);
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
  const rest = [kind, fields.peek(["ref", "branch"], textOf), fields.peek(NAMES.status, textOf)];
  return [context, [...new Set(rest)].filter((part) => part !== null).join(" ")].filter(Boolean).join(": ");
}

const contextOf = (fields: Fields): string | null =>
  fields.peek<string>(CONTEXTS, (value) => pathOf(value) ?? nameOf(value)) ??
  fields.peek(["involvedobject", "image", "metadata"], nameOf);

/** Projects and repositories have a path that is more precise than their name. */
const pathOf = (value: unknown): string | null =>
  isObject(value) ? new Fields(value).peek(["pathwithnamespace", "fullname"], textOf) : null;

/** A text, but no flag: `alert: true` is no title. */
const textOf = (value: unknown): string | null => (typeof value === "string" ? asText(value) : null);

/** A key that the sender chose; else the id of the alert, which is at the top only if its title is there. */
function readKey(fields: Fields, isTopAlert: boolean, runKey: string | null): string | null {
  const inner = fields.scopes.slice(1).filter(({ name }) => name !== "outer" && name !== "event");
  const ids = isTopAlert ? [fields.top, ...inner] : [...inner, ...fields.scopes];
  return (
    fields.peek(NAMES.key, keyText) ??
    runKey ??
    fields.peek(NAMES.id, keyText, ids) ??
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

const keyText = (value: unknown): string | null => (typeof value === "boolean" ? null : asText(value));

/** The runs of a pipeline have one alert per project, pipeline and branch, which the next successful run resolves. */
function readRunKey(fields: Fields): string | null {
  const kind = fields.peek(["objectkind"], textOf);
  const inner = fields.scopes.find(
    ({ name }) => RUNS.has(name) || (name === "objectattributes" && RUNS.has(kind ?? "")),
  );
  const run = inner ?? (RUNS.has(kind ?? "") ? fields.top : undefined);
  if (!run) return null;
  const member = (...names: string[]) => fields.peek(names, nameOf, [run]);
  const project =
    fields.peek(["project", "repository", "site", "application", "projectid"], idOf) ??
    fields.peek(["name"], textOf, [fields.top]);
  const branch = member("ref", "branch", "headbranch", "environment") ?? fields.peek(["vcs", "scm"], branchOf);
  const name = member("buildname", "jobname", "name");
  return keyOf(project ?? name, name ?? firstOf(run.name, kind), branch);
}

const firstOf = (...words: (string | null)[]): string | null =>
  words.find((word) => word !== null && word !== "") ?? null;

const idOf = (value: unknown): string | null =>
  isObject(value) ? new Fields(value).peek(["id", "pathwithnamespace", "fullname", "name"], keyText) : keyText(value);

const branchOf = (value: unknown): string | null =>
  isObject(value) ? new Fields(value).peek(["branch"], textOf) : null;

/** The state by a word, the last word of an event type, or a flag. */
function readState(fields: Fields, isRun: boolean): State | null {
  const word =
    fields.peek(NAMES.status, stateWord) ??
    fields.peek(NAMES.eventType, eventWord) ??
    fields.peek(["reason"], eventWord);
  // A run that was started or cancelled is neither a problem nor a recovery.
  if (isRun && word !== null && /(?:start|creat|cancel|skip|abort|new|stop)[a-z]*$/i.test(word)) return "progress";
  if (word !== null) return parseState(word);
  const good = fields.take(GOOD_FLAGS, asFlag);
  if (good !== null) return good ? "resolve" : "trigger";
  const bad = fields.take(BAD_FLAGS, asFlag);
  return bad === null ? null : bad ? "trigger" : "resolve";
}

/** Removes the word that gave the state from the metadata. */
const dropState = (fields: Fields): unknown =>
  fields.take(NAMES.status, stateWord) ?? fields.take(NAMES.eventType, eventWord);

const stateWord = (value: unknown): string | null =>
  wordsOf(value).find((word) => (isObject(value) ? parseAction(word) : parseState(word)) !== null) ?? null;

/** Event types are single words. A sentence is not a state. */
const eventWord = (value: unknown): string | null =>
  wordsOf(value).find((word) => (!/\s/.test(word.trim()) || parseAction(word)) && parseState(word) !== null) ?? null;

function asFlag(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const flag = new Map([
    ["true", true],
    ["false", false],
    ["1", true],
    ["0", false],
  ]).get(asText(value)?.toLowerCase() ?? "");
  return flag ?? null;
}

function readSeverity(fields: Fields): { severity: Severity; isClear: boolean } {
  const word = fields.peek(NAMES.severity, asText, [fields.top]);
  const severity =
    fields.take(NAMES.severity, severityOf) ??
    fields.peek(["labels", "tags", "attributes", "customdetails", "annotations"], labelSeverity) ??
    severityOfCounts(fields.scopes) ??
    fields.peek([...NAMES.status, ...NAMES.eventType], severityOfState);
  const isClear = severity === "INFO" && word !== null && parseAction(word) === "resolve";
  return {
    severity: severity ?? "MEDIUM",
    isClear: isClear && !fields.hasAny(["status", "state", "action", "eventaction", "eventtype"]),
  };
}

/** Numbers mean P1 … P5, except in `level`, whose numbers differ between tools. */
const severityOf = (value: unknown, name: string): Severity | null =>
  wordsOf(value)
    .map((word) => parseSeverity(plainName(name) !== "level" && /^[1-5]$/.test(word) ? `P${word}` : word))
    .find((severity) => severity !== null) ?? null;

const labelSeverity = (labels: unknown): Severity | null =>
  severityOf(labelOf(labels, "severity"), "") ?? severityOf(labelOf(labels, "priority"), "");

const isFound = ({ fields }: Scope, word: string): boolean =>
  [word, `${word}count`].some((name) => (asNumber(fields.get(name)?.value) ?? 0) > 0);

/** `{ criticalCount: 2, highCount: 5 }` of a scan, also one level down in its summary. */
function severityOfCounts(scopes: readonly Scope[]): Severity | null {
  const summaries = scopes.flatMap(({ fields }) =>
    ["summary", "vulnerabilitysummary", "findingseveritycounts", "counts"].flatMap((name) => {
      const value = fields.get(name)?.value;
      return isObject(value) ? [new Fields(value).top] : [];
    }),
  );
  const worst = COUNTS.find((word) => [...scopes, ...summaries].some((scope) => isFound(scope, word)));
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
