import { describe, expect, it } from "vitest";
import { judge, type SentEvent, type Taken } from "../../../scripts/faults/model.ts";

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

const taken = (events: SentEvent | SentEvent[], outcomes: string[], more: Partial<Taken> = {}): Taken => ({
  id: `delivery-${number++}`,
  status: "ACCEPTED",
  duplicateOf: null,
  key: null,
  body: JSON.stringify(events),
  receivedAt: 0,
  outcomes,
  ...more,
});

const repeatOf = (first: Taken, more: Partial<Taken> = {}): Taken => ({
  ...first,
  id: `delivery-${number++}`,
  status: "DUPLICATE",
  duplicateOf: first.id,
  ...more,
});

describe("the model that the fault harness judges by", () => {
  it("finds nothing wrong with what is right", () => {
    const first = taken(firing("a"), ["created"]);
    const { alerts, faults } = judge(
      [
        first,
        repeatOf(first),
        taken(firing("a", "critical"), ["repeated"]),
        taken([resolved("a"), resolved("b")], ["resolved", "ignored"]),
        // Its alert is over: what it says is news again.
        { ...first, id: "again", outcomes: ["created"] },
      ],
      WINDOW,
    );
    expect(faults).toEqual([]);
    expect(alerts).toEqual([
      { key: "a", status: "RESOLVED", severity: "CRITICAL", occurrences: 2 },
      { key: "a", status: "OPEN", severity: "HIGH", occurrences: 1 },
    ]);
  });

  const first = taken(firing("a"), ["created"]);
  const keyed = taken(firing("a"), ["created"], { key: "k" });
  it.each<[string, Taken[]]>([
    ["a duplicate that was taken", [first, { ...first, id: "twin", outcomes: ["repeated"] }]],
    ["a duplicate of nothing", [repeatOf(first)]],
    ["a duplicate of another", [first, repeatOf(first, { duplicateOf: "another" })]],
    ["a duplicate after its window", [first, repeatOf(first, { receivedAt: 16 * MINUTE })]],
    ["a duplicate whose alert is over", [first, taken(resolved("a"), ["resolved"]), repeatOf(first)]],
    ["a key that was taken twice", [keyed, { ...taken(firing("b"), ["created"]), key: "k" }]],
    ["an event that did something else", [taken(firing("a"), ["repeated"])]],
    ["an event that did nothing", [first, taken(resolved("a"), ["ignored"])]],
  ])("finds %s", (_, deliveries) => {
    expect(judge(deliveries, WINDOW).faults).toHaveLength(1);
  });

  it("says nothing of either side of the window's end, where clocks decide", () => {
    const late = { receivedAt: WINDOW + 1000 };
    expect(judge([first, repeatOf(first, late)], WINDOW).faults).toEqual([]);
    expect(judge([first, { ...first, ...late, id: "twin", outcomes: ["repeated"] }], WINDOW).faults).toEqual([]);
  });
});
