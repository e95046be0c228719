/** Arbitrary changes of real bodies. */
import { fc } from "@fast-check/vitest";

/** Values that fields of other types or of broken templates have. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e400, "", " ", "\0", "\ud800", [], {}, [[]], [null], { a: null }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "2026-13-45T99:99:99Z",
    "https://[",
    "$NAME$",
    "{{ x }}",
    "x".repeat(9000),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type Change = { at: number; kind: "replace" | "delete" | "wrap" | "copy"; value: unknown };

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom("replace", "replace", "delete", "wrap", "copy"),
  value: oddValue,
});

/** JSON values with up to four changes of their parts. */
export const mutatedJson = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce(applyChange, structuredClone(value)));

function applyChange(value: unknown, { at, kind, value: given }: Change): unknown {
  const odd = structuredClone(given);
  const places = placesIn(value);
  const place = places[at % (places.length + 1)];
  // The whole value.
  if (!place) return kind === "wrap" ? [value] : odd;
  const { parent, key } = place;
  if (kind === "delete") Reflect.deleteProperty(parent, key);
  else parent[key] = kind === "wrap" ? [parent[key]] : kind === "copy" ? structuredClone(value) : odd;
  return value;
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
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
