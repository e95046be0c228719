import { describe, expect, it } from "vitest";
import { openStream } from "../../../src/api/timeline/open-streams.ts";

describe("openStream", () => {
  it("allows 20 streams of one caller, and another for each that was closed", () => {
    const closers = Array.from({ length: 20 }, () => openStream("user:a"));
    expect(() => openStream("user:a")).toThrow("20 open streams");
    expect(() => openStream("user:b")).not.toThrow();
    closers[0]?.();
    closers[0]?.();
    openStream("user:a");
    expect(() => openStream("user:a")).toThrow("20 open streams");
  });
});
