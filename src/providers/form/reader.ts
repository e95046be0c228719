/** Reads the events of a body by a form. */
import type { AlertEvent, UnreadableEvent } from "../../alerts/event.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { asList } from "../fields.ts";
import { missingNote } from "../missing-note.ts";
import { BodyError, newEvent, noEvents, readBatch, type Reading } from "../provider.ts";
import { complete } from "../template.ts";
import type { Condition, EventForm, Scope, Source, Sources } from "./form.ts";
import { listPathOf, parsePath, pointerOf } from "./path.ts";
import { compileAction, compileSeverity } from "./rule.ts";
import { compileCondition, type Compiler, compileText, compileValue, listOf, type Reader, wordsOf } from "./source.ts";
import { compileInstant, compileKey, compileLink, compileName, partsOf, withoutMark } from "./value.ts";

/** How events are read, besides their form. */
export interface EventOptions extends Compiler {
  /** What the body is, for errors. */
  body: string;
  /** The title of an alert without one. */
  untitled: string;
  /** Whether a trigger may have no key: the delivery's id is its key. */
  isKeyless: boolean;
  /** The event as it was sent, also if names of fields were changed for reading. */
  original: Reader<JsonObject>;
  /** Looks up by common names what was not found. */
  isCompleted: boolean;
  finish?: ((event: AlertEvent, scope: Scope) => AlertEvent | null) | undefined;
}

/** An event that was read, or why it is no alert. */
type Read = { event: AlertEvent; note: string | undefined } | { noAlert: string };

/** Compiles the form of events. The result reads a body; it throws BodyError, and nothing else. */
export function compileEvents(form: EventForm, options: EventOptions): Reader<Reading> {
  const readOne = compileEvent(form, options);
  const hints = (form.hints ?? []).map(({ when, text }) => ({
    test: compileCondition(when, options),
    text: compileText({ text }, options),
  }));
  const place = form.events === undefined ? null : placeOf(form.events, options);
  const mayBeList = form.events?.startsWith("$body") ?? false;
  return (scope) => {
    if (!isObject(scope.body) && !(mayBeList && Array.isArray(scope.body)))
      throw new BodyError(`expected ${options.body}`);
    const found = place ? place.read(scope) : scope.body;
    const pointer = place?.pointer ?? "";
    if (place?.isMissing(scope, found)) throw new BodyError(`expected ${expected(form)}`, pointer);
    const reading =
      place && Array.isArray(found)
        ? readAll(found, pointer, (element, at) => readOne(scope, element, at, expected(form)))
        : readingOf(readOne(scope, found, pointer, place && pointer !== "" ? expected(form) : options.body));
    const hint = hints.find(({ test }) => test(scope))?.text(scope);
    return hint ? { ...reading, note: hint } : reading;
  };
}

const expected = (form: EventForm): string => form.event ?? "an object";

interface Place {
  read: Reader<unknown>;
  /** The JSON Pointer to it. */
  pointer: string;
  /** Whether a list has elements, but none of them has what the path names. */
  isMissing(scope: Scope, found: unknown): boolean;
}

/** The place of the events. */
function placeOf(path: string, compiler: Compiler): Place {
  const list = listPathOf(path);
  const readList = list === null ? () => [] : compiler.path(list);
  return {
    read: compiler.path(path),
    pointer: pointerOf(path),
    isMissing: (scope, found) => Array.isArray(found) && found.length === 0 && asList(readList(scope)).length > 0,
  };
}

function readingOf(read: Read): Reading {
  if ("noAlert" in read) return noEvents(read.noAlert);
  return { events: [read.event], isRecognized: true, ...(read.note !== undefined && { note: read.note }) };
}

function readAll(
  elements: readonly unknown[],
  pointer: string,
  readOne: (element: unknown, pointer: string) => Read,
): Reading {
  let note = elements.length === 0 ? "the list of events is empty" : undefined;
  const events: (AlertEvent | UnreadableEvent)[] = readBatch(elements, pointer, (element, at) => {
    const read = readOne(element, at);
    note ??= "noAlert" in read ? read.noAlert : read.note;
    return "noAlert" in read ? null : read.event;
  });
  return { events, isRecognized: true, ...(note !== undefined && { note }) };
}

type EventReader = (whole: Scope, element: unknown, pointer: string, expected: string) => Read;

function compileEvent(form: EventForm, options: EventOptions): EventReader {
  const requires = (form.requires ?? []).map(({ when, what, place = pathIn(when) }) => ({
    test: compileCondition(when, options),
    error: `expected ${what}`,
    suffix: place === undefined ? "" : pointerOf(place),
  }));
  const noAlert = (form.noAlert ?? []).map(({ when, why }) => ({ test: compileCondition(when, options), why }));
  const action = compileAction(form.action, options);
  const readFields = compileFields(form, options);
  const hasAction = listOf(form.action).length > 0;
  return (whole, element, pointer, what) => {
    if (!isObject(element)) throw new BodyError(`expected ${what}`, pointer);
    const scope: Scope = { ...whole, event: element, action: null };
    const unmet = requires.find(({ test }) => !test(scope));
    if (unmet) throw new BodyError(unmet.error, pointer + unmet.suffix);
    const reason = noAlert.find(({ test }) => test(scope));
    if (reason) return { noAlert: reason.why };
    const ruling = action.read(scope);
    if (typeof ruling === "object" && ruling !== null) return ruling;
    scope.action = ruling ?? "trigger";
    return readFields(scope, !hasAction || action.isFound(scope));
  };
}

/** The path of a condition that is just one path. */
const pathIn = (condition: Condition): string | undefined =>
  typeof condition === "string" && /^[^\s=]+$/.test(condition) ? condition : undefined;

/** Compiles the fields of an event. The result reads them in a scope with an action. */
function compileFields(form: EventForm, options: EventOptions): (scope: Scope, hasState: boolean) => Read {
  const titles = listOf(form.title);
  const foundTitles = titles.filter((source) => !isConstant(source));
  const title = compileText(foundTitles, options);
  const fallbackTitle = compileText(titles, withoutPlaceholders(options));
  const severity = compileSeverity(form.severity, options);
  const alertKey = compileKey(form.alertKey, options);
  const externalId = compileText(form.externalId ?? idsOf(form), withoutPlaceholders(options));
  const eventId = compileText(form.eventId, options);
  const description = compileText(form.description, options);
  const source = compileText(form.source, options);
  const url = compileLink(form.url, options);
  const occurredAt = compileInstant(form.occurredAt, options);
  const endsAcknowledgement =
    form.endsAcknowledgement === undefined ? () => false : compileCondition(form.endsAcknowledgement, options);
  const startedAt = compileInstant(form.startedAt, options);
  const expiresAt = compileInstant(form.expiresAt, options);
  const snoozedUntil = compileInstant(form.snoozedUntil, options);
  const note = compileText(form.note, options);
  const author = compileName(form.author, options);
  const metadata = compileMetadata(form, options);
  const finish = compileFinish(form, options, severity.isFound);

  return (scope, hasState) => {
    const action = scope.action ?? "trigger";
    const ids = { alertKey: alertKey(scope), externalId: externalId(scope), eventId: eventId(scope) };
    const about = { url: url(scope), occurredAt: occurredAt(scope), note: note(scope), author: author(scope) };
    if (action === "note") return commentOf({ ...ids, ...about });
    const found = title(scope);
    const event = newEvent({
      action,
      ...ids,
      ...about,
      title: found ?? fallbackTitle(scope) ?? options.untitled,
      description: description(scope),
      severity: severity.read(scope) ?? "MEDIUM",
      source: source(scope),
      endsAcknowledgement: action === "trigger" && endsAcknowledgement(scope),
      startedAt: action === "resolve" ? startedAt(scope) : null,
      expiresAt: expiresAt(scope),
      snoozedUntil: snoozedUntil(scope),
      metadata: metadata(scope),
    });
    return finish(event, scope, found, hasState);
  };
}

/** A comment on an alert. Without a text or an alert key, there is nothing to add it to. */
function commentOf(fields: Partial<AlertEvent>): Read {
  if (!fields.note || !fields.alertKey) return { noAlert: "a comment without a text or an alert key" };
  return { event: newEvent({ ...fields, action: "note", title: "Comment" }), note: undefined };
}

/** Whether a source is a fixed text: such a title was not found in the body. */
const isConstant = (source: Source): boolean =>
  typeof source === "object" &&
  "text" in source &&
  !source.text.includes("{") &&
  source.on === undefined &&
  source.when === undefined;

/** Texts as they are, unreplaced placeholders included. */
const withoutPlaceholders = (compiler: Compiler): Compiler => ({ ...compiler, placeholders: undefined });

/** The first part of each key. */
const idsOf = ({ alertKey }: EventForm): Source[] => listOf(alertKey).map((key) => withoutMark(partsOf(key)[0] ?? ""));

type Finish = (event: AlertEvent, scope: Scope, title: string | null, hasState: boolean) => Read;

/** What follows when the fields of an event are read: the common names of a template, the provider's code, the note. */
function compileFinish(form: EventForm, options: EventOptions, hasSeverity: Reader<boolean>): Finish {
  const raw = withoutPlaceholders(options);
  const title = compileText(
    listOf(form.title).filter((source) => !isConstant(source)),
    raw,
  );
  const stateSources = listOf(form.action).flatMap((rule) =>
    typeof rule === "object" && "at" in rule ? listOf(rule.at) : [],
  );
  const state = compileText(stateSources, raw);
  const { placeholders, isCompleted, finish } = options;
  // Of a completed template, the state may have been found by a common name.
  const isStateMissing = stateSources.length > 0 && !(placeholders && isCompleted);
  const keyPlaces = listOf(form.alertKey)
    .flatMap(partsOf)
    .flatMap((source) => (typeof source === "object" && "at" in source ? listOf(source.at) : [withoutMark(source)]))
    .map((source) => compileText(source, raw));
  return (read, scope, found, hasState) => {
    const shown = placeholders ? title(scope) : found;
    const whole =
      placeholders && isCompleted
        ? complete(
            read,
            options.original(scope),
            { title: shown, state: hasState || null, severity: hasSeverity(scope) || null },
            placeholders,
          )
        : read;
    const event = finish ? finish(whole, scope) : whole;
    if (event === null) return { noAlert: "the event does not change an alert" };
    const note =
      placeholders?.placeholderNote(...new Set([...keyPlaces.map((key) => key(scope)), shown, state(scope)])) ??
      (event.action === "trigger"
        ? missingNote(missingOf(event, options, isStateMissing && !hasState), scope.event)
        : undefined);
    return { event, note };
  };
}

/** What was looked for. Null: it was not found. */
const missingOf = ({ title, alertKey }: AlertEvent, { untitled, isKeyless }: EventOptions, isStateless: boolean) => ({
  title: title === untitled ? null : title,
  "alert key": isKeyless ? "" : alertKey,
  state: isStateless ? null : "",
});

function compileMetadata(form: EventForm, options: EventOptions): Reader<JsonObject> {
  if (form.metadata === undefined) {
    const leftOut = new Set(form.leftOut);
    return (scope) => {
      const original = options.original(scope);
      return leftOut.size === 0
        ? original
        : Object.fromEntries(Object.entries(original).filter(([name]) => !leftOut.has(name)));
    };
  }
  const readers = Object.entries(metadataSources(form.metadata)).map(
    ([name, sources]) => [name, compileValue(sources, options)] as const,
  );
  return (scope) => Object.fromEntries(readers.map(([name, read]) => [name, read(scope)]));
}

/** The source of each field of the metadata. */
const metadataSources = (metadata: NonNullable<EventForm["metadata"]>): Readonly<Record<string, Sources>> =>
  typeof metadata === "string" ? Object.fromEntries(wordsOf(metadata).map(namedPath)) : metadata;

/** `a.b` is named `b`, `name=a.b` is named `name`. */
function namedPath(word: string): [name: string, path: string] {
  const [, name, path] = /^([\w-]+)=(.+)$/s.exec(word) ?? [];
  return name !== undefined && path !== undefined ? [name, path] : [String(parsePath(word).steps.at(-1)), word];
}
