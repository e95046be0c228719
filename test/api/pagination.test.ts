import { describe, expect, it } from "vitest";
import { readCursor, writeCursor } from "../../src/api/pagination.ts";
import { Problem } from "../../src/lib/problem.ts";

const ID = "0199aaaa-0000-7000-8000-000000000000";

describe("a list cursor", () => {
  it.each([0, 7, Date.UTC(2150, 0, 1)])("keeps the sort value %i and the id", (sortedBy) => {
    expect(readCursor(writeCursor({ sortedBy, id: ID }))).toEqual({ sortedBy, id: ID });
  });

  it("is optional", () => {
    expect(readCursor(undefined)).toBeNull();
  });

  it.each(["", "nonsense", "OTk5OTk5OTk5OTk5OTk5IHg", writeCursor({ sortedBy: -1, id: ID }), "a b"])(
    "rejects %j and explains what to do",
    (text) => {
      let problem: unknown;
      try {
        readCursor(text);
      } catch (error) {
        problem = error;
      }
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({
        type: "invalid-request",
        message: "Invalid cursor. Start again without `cursor`.",
        errors: [{ pointer: "/cursor", detail: "not a cursor" }],
      });
    },
  );
});
