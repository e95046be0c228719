import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../../../src/lib/problem.ts";
import { CALL_LIMITS, callByName } from "../../../src/objects/shared/call.ts";

const errorWith = (flags: object) => Object.assign(new Error("call failed"), flags);

/** An answer that never comes. */
const SILENCE = Symbol("silence");

/** A namespace whose objects answer with the next of these; an Error is thrown. */
function objectsWith(...answers: unknown[]) {
  const getByName = vi.fn<(name: string) => { answer(): Promise<unknown> }>(() => ({
    answer: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer === SILENCE ? new Promise(() => {}) : answer;
    },
  }));
  const call = () =>
    callByName({ getByName }, "id/1", (object: { answer(): Promise<unknown> }) => object.answer(), "integration");
  return { getByName, call };
}

describe("callByName", () => {
  // The fake clock advances between the attempts, except where a test moves the clock.
  beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("returns the answer of the object", async () => {
    const { getByName, call } = objectsWith("answer");
    expect(await call()).toBe("answer");
    expect(getByName.mock.calls).toEqual([["id/1"]]);
  });

  it.each([{ retryable: true }, { durableObjectReset: true, remote: true }])(
    "repeats a call on a new stub after an error with %j",
    async (flags) => {
      const { getByName, call } = objectsWith(errorWith(flags), errorWith(flags), "answer");
      expect(await call()).toBe("answer");
      expect(getByName).toHaveBeenCalledTimes(3);
    },
  );

  it.each([
    ["three failed attempts", { retryable: true }, 3],
    ["an overloaded object", { retryable: true, overloaded: true }, 1],
    ["an error of the object itself", { remote: true }, 1],
  ])("throws a problem after %s", async (_, flags, attempts) => {
    const { getByName, call } = objectsWith(...Array.from({ length: 4 }, () => errorWith(flags)));
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({
      type: "unavailable",
      message: "This integration is temporarily unavailable. Try again in a few seconds.",
      headers: { "retry-after": "5" },
    });
    expect(getByName).toHaveBeenCalledTimes(attempts);
  });

  it("repeats a call that an object does not answer in time", async () => {
    const { getByName, call } = objectsWith(SILENCE, "answer");
    const answer = call();
    await vi.advanceTimersByTimeAsync(CALL_LIMITS.budgetMs);
    expect(await answer).toBe("answer");
    expect(getByName).toHaveBeenCalledTimes(2);
  });

  it("ends within the budget when the object hangs", async () => {
    const { call } = objectsWith(SILENCE, SILENCE, SILENCE, SILENCE);
    const started = Date.now();
    const failure = call().catch((thrown: unknown) => ({ thrown, tookMs: Date.now() - started }));
    await vi.advanceTimersByTimeAsync(10 * CALL_LIMITS.budgetMs);
    expect(await failure).toMatchObject({ thrown: { type: "unavailable" } });
    expect((await failure) as object).toMatchObject({ tookMs: CALL_LIMITS.budgetMs });
  });

  it("pauses before it repeats a call, at most as long as the backoff says", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const error = errorWith({ retryable: true });
    const { getByName, call } = objectsWith(error, error, "answer");
    const answer = call();
    await vi.advanceTimersByTimeAsync(240);
    expect(getByName).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(getByName).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(await answer).toBe("answer");
  });
});
