import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { completeLines } from "../src/run-export.ts";

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe("completeLines", () => {
  property.prop([fc.array(fc.string({ unit: "grapheme" })), fc.infiniteStream(fc.integer({ min: 1, max: 5 }))])(
    "yields the lines of a stream for any chunks",
    async (given, sizes) => {
      const texts = given.map((line) => line.replaceAll("\n", ""));
      const bytes = new TextEncoder().encode(texts.map((line) => `${line}\n`).join(""));
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += chunks.at(-1)!.length)
        chunks.push(bytes.slice(at, at + sizes.next().value));
      expect(await collect(completeLines(chunks))).toEqual(texts);
    },
  );

  it("throws if a stream ends within a line", async () => {
    await expect(collect(completeLines([new TextEncoder().encode("a\nb")]))).rejects.toThrow("within a row");
  });
});
