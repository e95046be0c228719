import { describe, expect, it } from "vitest";
import { cloudevents } from "../../src/providers/cloudevents.ts";
import { inputOf } from "./contract.ts";

const event = cloudevents.sample.body as Record<string, unknown>;
const keyOf = (body: unknown) => cloudevents.idempotencyKey?.(inputOf(cloudevents, { body }));

describe("the idempotency key of a CloudEvent", () => {
  it("is its source and id, alone and in a batch of one", () => {
    expect(keyOf(event)).toBe('["/monitoring/eu-1","b25e2717-a470-45a0-8231-985a99aa9416"]');
    expect(keyOf([event])).toBe(keyOf(event));
  });

  it("is missing for a batch of several events", () => {
    expect(keyOf([event, { ...event, id: "2" }])).toBeNull();
  });
});
