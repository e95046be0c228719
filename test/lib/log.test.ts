import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it, vi } from "vitest";
import { describeError } from "../../src/db/errors.ts";
import { log, logLine } from "../../src/lib/log.ts";

describe("a log line", () => {
  property.prop([fc.string({ unit: "binary" }), fc.dictionary(fc.string(), fc.string({ unit: "binary" }))])(
    "is one line of JSON",
    (message, fields) => {
      const line = logLine("warn", message, fields);
      expect(line).not.toContain("\n");
      expect(JSON.parse(line)).toMatchObject(JSON.parse(JSON.stringify({ level: "warn", message, ...fields })));
    },
  );

  it("contains the known ids, and omits the others", () => {
    const line = logLine("info", "delivery rejected", { deliveryId: "d", integrationId: "i", requestId: undefined });
    expect(line).toBe('{"level":"info","message":"delivery rejected","deliveryId":"d","integrationId":"i"}');
  });

  it.each(["info", "warn", "error"] as const)("has the platform's level %s", (level) => {
    const write = vi.spyOn(console, level).mockImplementation(() => {});
    log[level]("x", { requestId: "r" });
    expect(write.mock.calls).toEqual([[logLine(level, "x", { requestId: "r" })]]);
    write.mockRestore();
  });
});

describe("the log fields of an error", () => {
  it("are its name and its position, without its message, which may contain payload", () => {
    const error = new TypeError("a\n    secret of\nmany lines");
    expect(describeError(error)).toMatch(/^TypeError at .+/);
    expect(describeError(error)).not.toContain("secret");
    expect(describeError("secret")).toBe("unknown error");
  });
});
