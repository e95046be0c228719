import { describe, expect, it, vi } from "vitest";
import { Problem } from "../../../src/lib/problem.ts";
import { callByName } from "../../../src/objects/shared/call.ts";

const errorWith = (flags: object) => Object.assign(new Error("call failed"), flags);

/** A namespace whose objects answer with the next of these; an Error is thrown. */
function objectsWith(...answers: unknown[]) {
  const getByName = vi.fn<(name: string) => { answer(): Promise<unknown> }>(() => ({
    answer: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  }));
  const call = () =>
    callByName({ getByName }, "id/1", (object: { answer(): Promise<unknown> }) => object.answer(), "integration");
  return { getByName, call };
}

describe("callByName", () => {
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
});
