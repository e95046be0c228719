import { describe, expect, it } from "vitest";
import { readRetryAfter } from "../../../src/objects/subscription/http.ts";

describe("Retry-After", () => {
  it.each([
    [null, null],
    ["120", 120_000],
    [" 7 ", 7000],
    ["Tue, 24 Nov 2026 00:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 00:00:00 GMT", 0],
    ["soon", null],
    ["-5", 0],
  ])("%s is read as %s ms", (header, ms) => {
    expect(readRetryAfter(header, Date.UTC(2026, 10, 24))).toBe(ms);
  });
});
