import { describe, expect, it } from "vitest";
import { catalogEntry, catalogIds } from "../../src/providers/catalog.ts";
import { PROVIDERS } from "../../src/providers/index.ts";

describe("the catalog", () => {
  it("lists every provider once", () => {
    expect(catalogIds().toSorted()).toEqual([...PROVIDERS.keys()].toSorted());
  });

  it("has keywords in lower case for every provider", () => {
    for (const id of catalogIds()) {
      const { keywords } = catalogEntry(id);
      expect(keywords.length, id).toBeGreaterThan(0);
      expect(keywords.join(" "), id).toMatch(/^[a-z0-9_ -]+$/);
    }
  });
});
