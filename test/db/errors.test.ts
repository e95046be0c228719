import { NeonDbError } from "@neondatabase/serverless";
import { describe, expect, it } from "vitest";
import { isDataError, isUnavailable } from "../../src/db/errors.ts";

const errorWith = (code: string): Error =>
  new Error("Failed query", { cause: Object.assign(new NeonDbError("rejected"), { code }) });

describe("isDataError", () => {
  it.each([
    ["21000", "a row twice in an upsert"],
    ["22001", "a text that is too long"],
    ["22021", "invalid UTF-8"],
    ["22P02", "an unknown enum value"],
    ["22P05", "a NUL in a text"],
    ["23502", "a missing value"],
    ["23505", "a value that must be unique"],
    ["23514", "a violated check"],
    ["54000", "a value that is too large for an index"],
    ["54001", "JSON that is nested too deep"],
  ])("is true for %s: %s", (code) => {
    expect([isDataError(errorWith(code)), isUnavailable(errorWith(code))]).toEqual([true, false]);
  });

  it.each([
    ["08006", "connection failure"],
    ["25006", "read-only transaction"],
    ["40001", "serialization failure"],
    ["40P01", "deadlock"],
    ["53100", "disk full, or the size limit of the project"],
    ["53300", "too many connections"],
    ["55P03", "lock not available"],
    ["57014", "statement timeout"],
    ["57P01", "shutdown"],
    ["58030", "I/O error"],
    ["XX000", "Your project has exceeded the compute time quota"],
    ["", "no SQLSTATE: the proxy answered"],
  ])("is false for %j: %s", (code) => {
    expect([isDataError(errorWith(code)), isUnavailable(errorWith(code))]).toEqual([false, true]);
  });

  it("is false for a foreign key without its row, which no retry by a client can help", () => {
    expect([isDataError(errorWith("23503")), isUnavailable(errorWith("23503"))]).toEqual([false, false]);
  });

  it("is false for a missing migration", () => {
    expect([isDataError(errorWith("42P01")), isUnavailable(errorWith("42703"))]).toEqual([false, false]);
  });
});
