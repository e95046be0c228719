import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FAULTS } from "../../../scripts/faults/faults.ts";
import { mutate, MUTATIONS } from "../../../scripts/faults/mutations.ts";

const ROOT = path.join(import.meta.dirname, "..", "..", "..");

describe("the mutations of the fault harness", () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))("match the source: %s", (_, mutation) => {
    const text = readFileSync(path.join(ROOT, mutation.file), "utf8");
    expect(mutate(text, mutation)).not.toBe(text);
    expect(FAULTS.map(({ name }) => name)).toContain(mutation.fault);
  });
});
