import { describe, expect, it } from "vitest";
import { expectedOutcomes, type SentEvent, type Recorded } from "../../../scripts/faults/model.ts";

const MINUTE = 60_000;
const WINDOW = 15 * MINUTE;

let number = 0;
const firing = (id: string, severity: SentEvent["severity"] = "high"): SentEvent => ({
  id,
  title: `title ${number++}`,
  severity,
  status: "firing",
});
const resolved = (id: string): SentEvent => ({ ...firing(id), status: "resolved" });

const taken = (events: SentEvent | SentEvent[], outcomes: string[], more: Partial<Recorded> = {}): Recorded => ({
  id: `delivery-${number++}`,
  status: "ACCEPTED",
  duplicateOf: null,
  key: null,
  body: JSON.stringify(events),
  receivedAt: 0,
  outcomes,
  ...more,
});

const repeatOf = (first: Recorded, more: Partial<Recorded> = {}): Recorded => ({
  ...first,
  id: `delivery-${number++}`,
  status: "DUPLICATE",
  duplicateOf: first.id,
  ...more,
});

describe("the model of the fault harness", () => {
  it("accepts correct decisions", () => {
    const first = taken(firing("a"), ["created"]);
    const { alerts, problems } = expectedOutcomes(
      [
        first,
        repeatOf(first),
        taken(firing("a", "critical"), ["repeated"]),
        taken([resolved("a"), resolved("b")], ["resolved", "ignored"]),
        // The alert is resolved, so the repeat opens a new one.
        { ...first, id: "again", outcomes: ["created"] },
      ],
      WINDOW,
    );
    expect(problems).toEqual([]);
    expect(alerts).toEqual([
      { key: "a", status: "RESOLVED", severity: "CRITICAL", occurrences: 2 },
      { key: "a", status: "OPEN", severity: "HIGH", occurrences: 1 },
    ]);
  });

  const first = taken(firing("a"), ["created"]);
  const keyed = taken(firing("a"), ["created"], { key: "k" });
  it.each<[string, Recorded[]]>([
    ["a duplicate that was accepted", [first, { ...first, id: "twin", outcomes: ["repeated"] }]],
    ["a duplicate of nothing", [repeatOf(first)]],
    ["a duplicate of another", [first, repeatOf(first, { duplicateOf: "another" })]],
    ["a duplicate after its window", [first, repeatOf(first, { receivedAt: 16 * MINUTE })]],
    ["a duplicate whose alert is resolved", [first, taken(resolved("a"), ["resolved"]), repeatOf(first)]],
    ["a key that was accepted twice", [keyed, { ...taken(firing("b"), ["created"]), key: "k" }]],
    ["an event that did something else", [taken(firing("a"), ["repeated"])]],
    ["an event that did nothing", [first, taken(resolved("a"), ["ignored"])]],
  ])("reports %s", (_, deliveries) => {
    expect(expectedOutcomes(deliveries, WINDOW).problems).toHaveLength(1);
  });

  it("accepts both decisions near the end of the window", () => {
    const late = { receivedAt: WINDOW + 1000 };
    expect(expectedOutcomes([first, repeatOf(first, late)], WINDOW).problems).toEqual([]);
    expect(
      expectedOutcomes([first, { ...first, ...late, id: "twin", outcomes: ["repeated"] }], WINDOW).problems,
    ).toEqual([]);
  });
});
