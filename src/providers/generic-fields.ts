/** Finds the fields of a body of any tool: at the top, or inside of one well-known wrapper (see generic-names.ts). */
import { isObject, type JsonObject } from "../lib/json.ts";
import { asList, asText } from "./fields.ts";
import { NAMES } from "./generic-names.ts";
import { ATTACHMENTS, ENVELOPES, WRAPPERS } from "./generic-wrappers.ts";

/** Parses the value of a field; null: not usable, so the next field is tried. */
export type Reader<T> = (value: unknown, name: string) => T | null;

/** One object of the body, with its fields by plain name. */
export interface Scope {
  /** The plain name of the wrapper; empty for the body itself. */
  name: string;
  fields: ReadonlyMap<string, { key: string; value: unknown }>;
}

/** A field name without case and separators. */
export const plainName = (key: string): string => key.toLowerCase().replaceAll(/[\s._-]/g, "");

const MERGED_INTO_METADATA = "metadata";

/** The fields of one object and of the wrappers in it. Fields of the object that no rule reads become metadata. */
export class Fields {
  tookAny = false;
  readonly scopes: readonly Scope[];
  readonly #left: Map<string, unknown>;

  /** @param outer the envelope around the object; its fields are looked at last */
  constructor(body: JsonObject, outer?: JsonObject) {
    this.#left = new Map(Object.entries(body));
    const top = scopeOf("", body);
    this.scopes = [top, ...wrappersIn(top), ...(outer ? [scopeOf("outer", outer)] : [])];
  }

  get top(): Scope {
    return this.scopes[0] as Scope;
  }

  /** The first named field that `read` can parse, in the order of scopes and then of names. */
  peek<T>(names: readonly string[], read: Reader<T>, scopes: readonly Scope[] = this.scopes): T | null {
    return this.#find(names, read, scopes)?.result ?? null;
  }

  /** Like peek, and removes the field from the metadata. */
  take<T>(names: readonly string[], read: Reader<T>, scopes: readonly Scope[] = this.scopes): T | null {
    const found = this.#find(names, read, scopes);
    if (!found) return null;
    this.tookAny = true;
    if (found.scope === this.top) this.#left.delete(found.key);
    return found.result;
  }

  /** Like take, but keeps the field in the metadata. */
  use<T>(names: readonly string[], read: Reader<T>, scopes: readonly Scope[] = this.scopes): T | null {
    const result = this.peek(names, read, scopes);
    this.tookAny ||= result !== null;
    return result;
  }

  /** Whether the body itself has a field with one of these names. */
  hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.top.fields.has(name));
  }

  /** Whether a field of the body was not used yet. */
  isLeft = (key: string): boolean => this.#left.has(key);

  /** Removes scalars with these names from the metadata. */
  drop(names: readonly string[]): void {
    for (const name of names) {
      const field = this.top.fields.get(name);
      if (field && asText(field.value) !== null) this.#left.delete(field.key);
    }
  }

  rest(): JsonObject {
    const entries = [...this.#left].filter(([key]) => key !== MERGED_INTO_METADATA);
    const metadata = this.#left.get(MERGED_INTO_METADATA);
    if (metadata !== undefined && !isObject(metadata)) entries.push([MERGED_INTO_METADATA, metadata]);
    return { ...(isObject(metadata) ? metadata : {}), ...Object.fromEntries(entries) };
  }

  #find<T>(names: readonly string[], read: Reader<T>, scopes: readonly Scope[]) {
    for (const scope of scopes) {
      for (const name of names) {
        const field = scope.fields.get(name);
        if (!field || (scope === this.top && !this.#left.has(field.key))) continue;
        const result = read(field.value, name);
        if (result !== null) return { scope, key: field.key, result };
      }
    }
    return undefined;
  }
}

function scopeOf(name: string, object: JsonObject): Scope {
  const fields = new Map<string, { key: string; value: unknown }>();
  for (const [key, value] of Object.entries(object)) {
    const plain = plainName(key);
    if (!fields.has(plain)) fields.set(plain, { key, value });
  }
  return { name, fields };
}

/** The wrappers of a body and those inside of an envelope, the most specific first. */
function wrappersIn(top: Scope): Scope[] {
  const outer = wrapperScopes(top);
  const inner = outer.filter(({ name }) => ENVELOPES.has(name)).flatMap(wrapperScopes);
  const rank = ({ name }: Scope) => (WRAPPERS as readonly string[]).indexOf(name);
  return [...outer, ...inner].toSorted((a, b) => rank(a) - rank(b));
}

function wrapperScopes({ fields }: Scope): Scope[] {
  const wrapped = WRAPPERS.flatMap((name) => {
    const value = fields.get(name)?.value;
    return isObject(value) ? [scopeOf(name, value)] : [];
  });
  // incident.io names the object like its type: `{ "event_type": "x", "x": { … } }`.
  for (const name of ATTACHMENTS) {
    const [first] = asList(fields.get(name)?.value);
    if (isObject(first)) wrapped.push(scopeOf("attachment", first));
  }
  const type = asText(fields.get("eventtype")?.value ?? fields.get("type")?.value);
  const typed = type === null ? undefined : fields.get(plainName(type))?.value;
  return isObject(typed) && !wrapped.some(({ name }) => name === plainName(type ?? ""))
    ? [scopeOf("data", typed), ...wrapped]
    : wrapped;
}

/** Members that name an object, in order of preference. */
const NAMING = [
  "title",
  "name",
  "displayname",
  "summary",
  "label",
  "value",
  "text",
  "slug",
  "severity",
  "category",
  "fullname",
  "username",
  "login",
  "email",
];

/** The texts that may name a value: itself, or the members that name an object. */
export function wordsOf(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return asText(value) === null ? [] : [String(value)];
  if (!isObject(value)) return [];
  const { fields } = scopeOf("", value);
  return NAMING.flatMap((name) => {
    const member = fields.get(name)?.value;
    return typeof member === "string" || typeof member === "number" ? wordsOf(member) : [];
  });
}

/** A name: the text itself, or the name in an object. */
export const nameOf = (value: unknown): string | null => wordsOf(value)[0] ?? null;

/** The value of a label, tag or attribute: from an object, or from a list of names and values. */
export function labelOf(labels: unknown, label: string): unknown {
  if (isObject(labels)) return scopeOf("", labels).fields.get(label)?.value;
  const entry = asList(labels)
    .filter(isObject)
    .map((each) => scopeOf("", each).fields)
    .find(
      (fields) =>
        plainName(nameOf((fields.get("key") ?? fields.get("name") ?? fields.get("attribute"))?.value) ?? "") === label,
    );
  return entry?.get("value")?.value;
}

/** A link, or the first one in an object or a list of links. */
export function linkOf(value: unknown): string | null {
  if (typeof value === "string") return /^https?:\/\//i.test(value.trim()) ? value.trim() : null;
  const links = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const texts = links.map((link: unknown) => (isObject(link) ? (link.href ?? link.url) : link));
  return texts.map(asText).find((text) => text !== null && /^https?:\/\//i.test(text)) ?? null;
}

/** The link in a body whose field names the operator chose; null: none. */
export const findLink = (body: JsonObject): string | null => new Fields(body).peek(NAMES.url, linkOf);

/** A text, but no flag: `alert: true` is no title. */
export const textOf = (value: unknown): string | null => (typeof value === "string" ? asText(value) : null);

/** A key: a text or a number. */
export const keyText = (value: unknown): string | null => (typeof value === "boolean" ? null : asText(value));
