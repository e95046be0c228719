import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { MAX_CALL_BYTES, startAt } from "../../src/ingest/call-pace.ts";

const NOW = 1_000_000;
const JUST_NOW = NOW - 10;
const one = { deliveries: 1, bytes: 0 };

describe("startAt", () => {
  it("starts the first call to an object immediately", () => {
    expect(startAt(one, 100, null, NOW)).toBe(NOW);
  });

  it("starts a call under load 50 ms after the last one", () => {
    expect(startAt(one, 8, JUST_NOW, NOW)).toBe(JUST_NOW + 50);
  });

  it.each([
    ["without load", one, 7],
    ["with sixteen deliveries", { deliveries: 16, bytes: 0 }, 100],
    ["with all deliveries in flight", { deliveries: 9, bytes: 0 }, 9],
    ["with a full call", { deliveries: 2, bytes: MAX_CALL_BYTES }, 100],
  ])("starts a call immediately %s", (_, load, inFlight) => {
    expect(startAt(load, inFlight, JUST_NOW, NOW)).toBe(NOW);
  });

  test.prop([fc.nat(100), fc.nat(2 * MAX_CALL_BYTES), fc.nat(100), fc.option(fc.nat(2 * NOW))])(
    "never delays a call by more than 50 ms",
    (deliveries, bytes, inFlight, lastStartedAt) => {
      const delayMs = startAt({ deliveries, bytes }, inFlight, lastStartedAt, NOW) - NOW;
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(50);
    },
  );
});
