/** Random changes of a JSON value, as other versions, templates and relays of a source make them. */
import { fc } from "@fast-check/vitest";

type Json = Record<string, unknown> | unknown[];

/** One change of a value: what, where and with what. */
interface Edit {
  kind: (typeof KINDS)[number];
  /** Which member of the value. */
  at: number;
  /** Which other member, or which name. */
  other: number;
  value: unknown;
}

const KINDS = [
  "delete",
  "rename",
  "retype",
  "replace",
  "nest",
  "wrap",
  "swap",
  "copy",
  "case",
  "unicode",
  "number",
  "long",
] as const;

/** Names that mean something to some provider. */
const NAMES = [
  "alert",
  "alerts",
  "data",
  "event",
  "events",
  "id",
  "incident",
  "labels",
  "message",
  "name",
  "payload",
  "records",
  "resolved",
  "severity",
  "state",
  "status",
  "title",
  "type",
  "url",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "",
];

const ODD: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e300,
  5e-324,
  2 ** 53,
  1e21,
  "",
  " ",
  "0",
  "null",
  "NaN",
  "\u0000",
  "\uD800",
  "😀".repeat(40),
  "2026-02-30T25:61:61Z",
  "0001-01-01T00:00:00Z",
  "$ALERT_ID",
  "{{id}}",
  "{ID}",
  "*UNKNOWN*",
  "https://",
  "javascript:x",
  [],
  {},
  [null],
  [[]],
  [{}],
  { name: null },
  { length: 5 },
  { toString: 1 },
  { constructor: { prototype: {} } },
];

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  other: fc.nat(),
  value: fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 2 })),
});

/** Up to six changes of one of some values. */
export const mutated = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .record({ base: fc.constantFrom(...values), edits: fc.array(edit, { minLength: 1, maxLength: 6 }) })
    .map(({ base, edits }) => edits.reduce(applyEdit, structuredClone(base)));

function applyEdit(root: unknown, { kind, at, other, value }: Edit): unknown {
  const places = placesIn(root);
  const place = places[at % Math.max(places.length, 1)];
  if (!place) return kind === "nest" ? { data: root } : root;
  const { parent, key } = place;
  const old = get(parent, key);
  switch (kind) {
    case "delete":
      remove(parent, key);
      return root;
    case "rename":
      remove(parent, key);
      set(parent, NAMES[other % NAMES.length] ?? "x", old);
      return root;
    case "retype":
      set(
        parent,
        key,
        typeof old === "string" ? [old] : typeof old === "object" ? JSON.stringify(old) : { value: old },
      );
      return root;
    case "replace":
      // A later edit may change it.
      set(parent, key, structuredClone(value));
      return root;
    case "nest":
      set(parent, key, { [NAMES[other % NAMES.length] ?? "x"]: old });
      return root;
    case "wrap":
      return other % 2 === 0 ? { [NAMES[other % NAMES.length] ?? "x"]: root } : [root, structuredClone(root)];
    case "swap": {
      const second = places[other % places.length];
      if (!second) return root;
      // Copies: one value may be a part of the other.
      const [first, others] = structuredClone([old, get(second.parent, second.key)]);
      set(parent, key, others);
      set(second.parent, second.key, first);
      return root;
    }
    case "copy":
      if (Array.isArray(parent)) parent.push(structuredClone(old));
      else set(parent, `${key}2`, structuredClone(old));
      return root;
    case "case":
      remove(parent, key);
      set(parent, other % 2 === 0 ? String(key).toUpperCase() : String(key).replaceAll(/[A-Z]/g, (c) => `_${c}`), old);
      return root;
    case "unicode":
      set(parent, key, `\u202E${typeof old === "string" ? old : JSON.stringify(old)}\uDC00é`);
      return root;
    case "number":
      set(parent, key, typeof old === "number" ? String(old) : Number(`${(other % 9) + 1}e${other % 300}`));
      return root;
    case "long":
      set(parent, key, `${(JSON.stringify(old) ?? "").slice(0, 100)} `.repeat(200));
      return root;
  }
}

interface Place {
  parent: Json;
  key: string | number;
}

/** Every member of a value, at any depth. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [{ parent: value as Json, key }, ...placesIn(get(value as Json, key))]);
}

const get = (parent: Json, key: string | number): unknown => (parent as Record<string, unknown>)[key];

function set(parent: Json, key: string | number, value: unknown): void {
  if (Array.isArray(parent)) parent[typeof key === "number" ? key : parent.length] = value;
  else Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(parent: Json, key: string | number): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** Bytes with up to four of them replaced, removed or inserted, or without their end. */
export const mutatedBytes = (bytes: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc
    .array(
      fc.tuple(fc.nat(bytes.length), fc.nat(3), fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 34, 92, 44, 125, 255))),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((edits) => {
      const list = [...bytes];
      for (const [at, kind, byte] of edits) {
        if (kind === 3) list.length = Math.min(list.length, at);
        else list.splice(at, kind === 0 ? 0 : 1, ...(kind === 1 ? [] : [byte]));
      }
      return new Uint8Array(list);
    });
