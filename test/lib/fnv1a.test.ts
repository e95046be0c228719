import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fnv1a, fnv1a64 } from "../../src/lib/fnv1a.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("FNV-1a", () => {
  // Appendix C of RFC 9923.
  it.each([
    ["", 0x811c9dc5, "cbf29ce484222325"],
    ["a", 0xe40c292c, "af63dc4c8601ec8c"],
    ["foobar", 0xbf9cf968, "85944171f73967e8"],
  ])("of %j is the value of the RFC", (text, short, long) => {
    expect(fnv1a(text)).toBe(short);
    expect(fnv1a64(bytesOf(text))).toBe(long);
  });

  it("of 64 bits equals its definition in whole numbers", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        let expected = 0xcbf29ce484222325n;
        for (const byte of bytes) expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
        expect(fnv1a64(bytes)).toBe(expected.toString(16).padStart(16, "0"));
      }),
    );
  });
});
