import { fc, test } from "@fast-check/vitest";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { type Segments, toExpression, toFieldExpression } from "../../../src/console/parts/json-path.ts";

/** The paths to the scalars of a value. */
function pathsOf(value: unknown, segments: Segments = []): [Segments, unknown][] {
  if (typeof value !== "object" || value === null) return [[segments, value]];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => pathsOf(child, [...segments, key]));
}

const body = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    // JSONata flattens lists of lists.
    fc.array(tie("object"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("dead-letter", "and", "null", "a b")), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).object;

describe("toExpression", () => {
  test.prop([body])("selects each value of any body", async (value) => {
    for (const [segments, expected] of pathsOf(value)) {
      const expression = toExpression(segments);
      if (expression === null) expect(segments.some((name) => name === "" || String(name).includes("`"))).toBe(true);
      else expect([expression, await jsonata(expression).evaluate(value)]).toEqual([expression, expected]);
    }
  });

  it("selects from a list, and the whole body", () => {
    expect(toExpression([0, "name"])).toBe("$[0].name");
    expect(toExpression([])).toBe("$");
  });
});

describe("toFieldExpression", () => {
  it.each<[Segments, string, string, string]>([
    [["name"], "title", "", "name"],
    [["queue", "dead-letter"], "title", "", "queue.`dead-letter`"],
    [["hosts", 0, "name"], "title", "", "hosts[0].name"],
    // The body is a list of events.
    [[1, "name"], "title", "", "name"],
    [["incidents", 2, "name"], "title", "incidents", "name"],
    [["incidents", 2, "hosts", 0, "name"], "title", " incidents ", "hosts[0].name"],
    [["data", "items", 0, "id"], "alertKey", "data.items", "id"],
    [["sender", "id"], "source", "incidents", "$body.sender.id"],
    [[0, "id"], "source", "incidents", "$body[0].id"],
    [["incidents", 2, "name"], "events", "", "incidents"],
    [["data", "items"], "events", "old", "data.items"],
  ])("of %j for %j with the events %j is %j", (segments, field, events, expected) => {
    expect(toFieldExpression(segments, field, events)).toBe(expected);
  });
});
