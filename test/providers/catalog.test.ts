import { describe, expect, it } from "vitest";
import { catalogEntry, catalogIds } from "../../src/providers/catalog.ts";
import { PROVIDERS } from "../../src/providers/index.ts";

describe("the catalog", () => {
  it("lists every provider once", () => {
    expect(catalogIds().toSorted()).toEqual([...PROVIDERS.keys()].toSorted());
  });

  it("has keywords in lower case for every provider", () => {
    const isKeyword = (word: string) => /^[a-z0-9_ -]+$/.test(word);
    const wrong = catalogIds().filter((id) => {
      const { keywords } = catalogEntry(id);
      return keywords.length === 0 || !keywords.every(isKeyword);
    });
    expect(wrong).toEqual([]);
  });
});
