import { describe, expect, it } from "vitest";
import { type ShownState, StateAnnouncer } from "../../../src/objects/subscription/state-announcer.ts";

const STORED: ShownState = {
  config: null,
  circuit: null,
  pendingMessages: 0,
  deadLetters: 0,
  heldAlerts: 0,
  lastDeliveredAt: null,
  lastError: null,
  lastTestError: null,
};

/** An announcer, with a state and a clock that the test sets, and the states that were announced. */
function start() {
  const test = { shown: STORED, now: 1_000_000, announced: [] as ShownState[] };
  const announcer = new StateAnnouncer({
    shown: () => test.shown,
    now: () => test.now,
    announce: () => void test.announced.push(test.shown),
  });
  const show = (change: Partial<ShownState>) => void (test.shown = { ...test.shown, ...change });
  return Object.assign(test, { announcer, show });
}

describe("StateAnnouncer", () => {
  it("announces nothing while the state is the stored one", () => {
    const { announcer, announced } = start();
    announcer.afterAttempt();
    announcer.afterWork();
    expect(announced).toEqual([]);
  });

  it("announces the changes of attempts at most every 10 seconds, and the last one at the end of the work", () => {
    const test = start();
    const errors = () => test.announced.map(({ lastError }) => lastError);
    const attempt = (lastError: string) => {
      test.show({ lastError });
      test.announcer.afterAttempt();
    };
    attempt("a");
    attempt("b");
    test.now += 9_999;
    attempt("c");
    expect(errors()).toEqual(["a"]);
    test.now += 1;
    attempt("d");
    attempt("e");
    expect(errors()).toEqual(["a", "d"]);
    test.announcer.afterWork();
    test.announcer.afterWork();
    expect(errors()).toEqual(["a", "d", "e"]);
  });

  it("announces deliveries alone at most every 10 seconds, although the work ends after each", () => {
    const test = start();
    const SECONDS = 600;
    for (let second = 0; second < SECONDS; second++) {
      test.now += 1_000;
      test.show({ pendingMessages: 0, lastDeliveredAt: test.now });
      test.announcer.afterAttempt();
      test.announcer.afterWork();
    }
    expect(test.announced.length).toBeGreaterThanOrEqual(SECONDS / 10);
    expect(test.announced.length).toBeLessThanOrEqual(SECONDS / 10 + 1);
  });

  it.each([
    ["a dead letter", { deadLetters: 1 }],
    ["a held alert", { heldAlerts: 1 }],
    ["a pending message", { pendingMessages: 1 }],
    ["an error", { lastError: "HTTP 503" }],
    ["a failed test", { lastTestError: "HTTP 503" }],
  ])("announces %s at once at the end of the work", (_, change) => {
    const test = start();
    test.show({ lastDeliveredAt: test.now });
    test.announcer.afterWork();
    test.show(change);
    test.announcer.afterWork();
    expect(test.announced).toHaveLength(2);
  });

  it("announces a change after the clock was set back", () => {
    const test = start();
    test.show({ lastError: "a" });
    test.announcer.afterAttempt();
    test.show({ lastError: "b" });
    test.now = 0;
    test.announcer.afterAttempt();
    expect(test.announced.map(({ lastError }) => lastError)).toEqual(["a", "b"]);
  });
});
