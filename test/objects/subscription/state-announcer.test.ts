import { describe, expect, it } from "vitest";
import { StateAnnouncer } from "../../../src/objects/subscription/state-announcer.ts";

/** An announcer, with a state and a clock that the test sets, and the states that were announced. */
function start() {
  const test = { shown: "stored", now: 1_000_000, announced: [] as string[] };
  const announcer = new StateAnnouncer({
    shown: () => test.shown,
    now: () => test.now,
    announce: () => void test.announced.push(test.shown),
  });
  return Object.assign(test, { announcer });
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
    const attempt = (shown: string) => {
      test.shown = shown;
      test.announcer.afterAttempt();
    };
    attempt("a");
    attempt("b");
    test.now += 9_999;
    attempt("c");
    expect(test.announced).toEqual(["a"]);
    test.now += 1;
    attempt("d");
    attempt("e");
    expect(test.announced).toEqual(["a", "d"]);
    test.announcer.afterWork();
    test.announcer.afterWork();
    expect(test.announced).toEqual(["a", "d", "e"]);
  });

  it("announces a change after the clock was set back", () => {
    const test = start();
    test.shown = "a";
    test.announcer.afterAttempt();
    Object.assign(test, { shown: "b", now: 0 });
    test.announcer.afterAttempt();
    expect(test.announced).toEqual(["a", "b"]);
  });
});
