/** Every provider reads any change of the bytes of a real body, or rejects it with a reason. test/providers/fuzz.test.ts changes the values. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Submittable } from "../../src/ingest/delivery.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import type { Stop } from "../../src/ingest/stages.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import { mutatedBytes } from "../support/mutate.ts";
import { readDelivery } from "../support/read-delivery.ts";
import { runs } from "../support/runs.ts";

const MAPPING: Mapping = { language: "jsonata", events: "incidents", title: "name", alertKey: "id" };

function expectReadOrRejected(result: Submittable | Stop): void {
  if (result instanceof Rejection) {
    expect([400, 413, 415]).toContain(result.problem.status);
    expect(result.problem.message).toMatch(/^[^a-z].*\.$/su);
    return;
  }
  const { events, note, contentFingerprint } = result as Submittable;
  expect(contentFingerprint).toMatch(/^[0-9a-f]{64}$/);
  // Postgres stores no other texts.
  expect(textsIn([events, note]).filter((text) => text.includes("\0") || !text.isWellFormed())).toEqual([]);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.entries(value).flat().flatMap(textsIn) : [];
}

describe.each([...PROVIDERS.values()])("$id", (provider) => {
  const { body } = provider.sample;
  const text = typeof body === "string" ? body : JSON.stringify(body);

  property.prop([mutatedBytes(new TextEncoder().encode(text)), fc.constantFrom({}, { "content-type": "text/plain" })], {
    numRuns: runs(1000, 40),
  })("reads or rejects a body with changed bytes", async (mutated, headers) => {
    expectReadOrRejected(await readDelivery(provider, { body: mutated, headers, mapping: MAPPING }));
  });
});
