/** Every provider reads bodies that resemble those of its source: it makes well-formed events of them, or rejects them. */
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { MAX_KEY } from "../../src/alerts/bounds.ts";
import type { Submittable } from "../../src/ingest/delivery.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import type { Stop } from "../../src/ingest/stages.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { mutated } from "../support/mutate.ts";
import { readDelivery } from "../support/read-delivery.ts";
import { runs } from "../support/runs.ts";
import { type Case, type Contract, inputOf } from "./contract.ts";
import { MAPPING } from "./contracts/custom.ts";
import { WELL_FORMED } from "./well-formed.ts";

const contracts = await Promise.all(
  [...PROVIDERS.keys()].map(async (id) => {
    const { contract } = (await import(`./contracts/${id}.ts`)) as { contract: Contract };
    return contract;
  }),
);

/** Reads a body as the pipeline does for an integration with default settings. */
function read({ provider }: Contract, one: Case, body: unknown): Promise<Submittable | Stop> {
  const { headers, path } = inputOf(provider, one);
  return readDelivery(provider, {
    body: JSON.stringify(body),
    headers: { ...Object.fromEntries(headers), "content-type": "application/json" },
    path,
    mapping: MAPPING,
  });
}

/** Every text in a value, names included. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [name, ...textsIn(child)]);
};

const isFit = (key: string | null): boolean => key === null || (key !== "" && key.length <= MAX_KEY);

describe.each(contracts)("$provider.id", (contract) => {
  const { provider, cases } = contract;
  const known = [{ kind: "trigger" as const }, ...cases].map((one) => ({ one, body: inputOf(provider, one).body }));
  const objects = known.filter(({ body }) => typeof body === "object" && body !== null);

  it("makes well-formed events of mutated bodies, or rejects them with 400", { timeout: 1_200_000 }, async () => {
    const anyCase = fc.nat({ max: objects.length - 1 }).chain((at) => {
      const { one, body } = objects[at] as (typeof objects)[number];
      return fc.record({ one: fc.constant(one), body: mutated([body]) });
    });
    const run = fc.assert(
      fc.asyncProperty(anyCase, async ({ one, body }) => {
        const result = await read(contract, one, body);
        if (result instanceof Rejection) {
          expect([400, 413, 415]).toContain(result.problem.status);
          return;
        }
        const { events, note, contentFingerprint } = result as Submittable;
        expect(contentFingerprint).toMatch(/^[0-9a-f]{64}$/);
        expect(note === null || note.length <= 500).toBe(true);
        for (const event of events) {
          if ("unreadable" in event) continue;
          expect(event).toEqual(WELL_FORMED);
          expect([event.title.trim() !== "", isFit(event.alertKey)]).toEqual([true, true]);
          expect(event.action === "note" ? event.note : "").not.toBeNull();
          // Postgres stores neither NUL nor half of a surrogate pair.
          expect(textsIn(event).filter((text) => text.includes("\0") || !text.isWellFormed())).toEqual([]);
        }
      }),
      { numRuns: runs(10_000, 200) },
    );
    await expect(run).resolves.toBeUndefined();
  });
});
