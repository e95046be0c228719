import { describe, expect, it } from "vitest";
import { joinBytes, MAX_PIECE_BYTES, splitBytes, splitText } from "../../../../src/objects/integration/store/pieces.ts";

describe("splitText", () => {
  it.each([
    ["ASCII", "a".repeat(1_000_003)],
    ["CJK", "警".repeat(700_000)],
    // An odd position would split each pair.
    ["surrogate pairs", `a${"😀".repeat(400_000)}`],
    ["an empty text", ""],
  ])("makes pieces of %s that a row can hold", (_, text) => {
    const pieces = splitText(text);
    expect(pieces.join("") === text).toBe(true);
    expect(pieces.every((piece) => Buffer.byteLength(piece) <= MAX_PIECE_BYTES && piece.isWellFormed())).toBe(true);
  });
});

describe("splitBytes", () => {
  it("makes pieces that joinBytes puts together", () => {
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);
    const pieces = splitBytes(bytes);
    expect(pieces.map(({ length }) => length)).toEqual([MAX_PIECE_BYTES, MAX_PIECE_BYTES, 500_000]);
    expect(Buffer.compare(joinBytes(pieces), bytes)).toBe(0);
    expect(joinBytes(splitBytes(new Uint8Array()))).toEqual(new Uint8Array());
  });
});
