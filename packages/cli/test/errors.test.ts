import { describe, expect, it } from "vitest";
import { exitCodeFor, EXIT, ResponseError, worstOf } from "../src/errors.ts";

describe("exitCodeFor", () => {
  it("maps each kind of HTTP status to an exit code", () => {
    const codes = [200, 202, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503].map(exitCodeFor);
    expect(codes).toEqual([0, 0, 1, 3, 3, 4, 1, 1, 1, 5, 1, 5, 5]);
  });
});

describe("worstOf", () => {
  it("returns the exit code that matters most", () => {
    expect(worstOf([])).toBe(EXIT.done);
    expect(worstOf([EXIT.notFound, EXIT.failed])).toBe(EXIT.failed);
    expect(worstOf([EXIT.notFound, EXIT.unavailable, EXIT.failed])).toBe(EXIT.unavailable);
  });
});

describe("ResponseError", () => {
  it("quotes the problem document with its fields", () => {
    const problem = { title: "No", detail: "It is not valid.", errors: [{ pointer: "/name", detail: "too long" }] };
    const error = new ResponseError(new Response(null, { status: 400 }), problem);
    expect(error.message).toBe("It is not valid. (/name: too long)");
    expect(error.problem).toEqual(problem);
  });

  it("reports a response that does not come from Tocsin, and the target of a redirect", () => {
    expect(new ResponseError(new Response(null, { status: 404 }), "<html>").message).toMatch(/Check the URL/);
    const moved = new Response(null, { status: 301, headers: { location: "https://b.test/" } });
    expect(new ResponseError(moved, "").message).toContain("https://b.test/");
  });
});
