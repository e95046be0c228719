/** The result of the last test message in a real object: what replaces and clears it. */
import { describe, expect, it } from "vitest";
import { HOUR, SECOND } from "../../../../src/lib/time.ts";
import { CONFIG, DELIVERED, FAILED, START, withHarness } from "../harness.ts";

describe("The failure of a test message", () => {
  it("ends with each delivered message, also within the same second and after a clock was set back", () =>
    withHarness(async (harness) => {
      for (const startedAt of [START, START + SECOND / 4, START + HOUR]) {
        harness.store.lastTest.record(startedAt, "HTTP 500");
        harness.record("a");
        await harness.scheduler.run();
        expect(harness.store.lastTest.error).toBeNull();
        harness.now += SECOND / 4;
      }
      const written = harness.countWrites();
      harness.store.lastTest.clearFailure();
      expect(written()).toBe(0);
    }));

  it("stays after a message that failed", () =>
    withHarness(async (harness) => {
      harness.store.lastTest.record(START, "HTTP 500");
      harness.answer = () => FAILED;
      harness.record("a");
      await harness.scheduler.run();
      expect(harness.store.lastTest.error).toBe("HTTP 500");
    }));

  it("stays after a message that was on its way to another target", () =>
    withHarness(async (harness) => {
      harness.answer = () => {
        harness.store.configure({ ...CONFIG, url: "https://elsewhere.test" }, harness.now);
        harness.store.lastTest.record(START, "HTTP 500");
        return DELIVERED;
      };
      harness.record("a");
      await harness.scheduler.run();
      expect(harness.delivered).toHaveLength(1);
      expect(harness.store.lastTest.error).toBe("HTTP 500");
    }));

  it("does not come back with the record of a test that started earlier", () =>
    withHarness(async ({ store: { lastTest } }) => {
      lastTest.record(START + SECOND, null);
      lastTest.record(START, "HTTP 500");
      expect(lastTest.error).toBeNull();
      lastTest.record(START + 2 * SECOND, "HTTP 503");
      lastTest.record(START + SECOND, null);
      expect(lastTest.error).toBe("HTTP 503");
    }));

  it.each([
    ["ends", "the URL", { url: "https://elsewhere.test" }, null],
    ["ends", "the preset", { preset: "slack" as const }, null],
    ["ends", "the credentials", { credentials: { keyId: "k", ciphertext: "c" } }, null],
    ["stays", "the filter", { filter: { type: ["CREATED" as const] } }, "HTTP 500"],
  ])("%s after a change of %s", (_, __, change, error) =>
    withHarness(async ({ store, now }) => {
      store.lastTest.record(START, "HTTP 500");
      store.configure({ ...CONFIG, ...change }, now);
      expect(store.lastTest.error).toBe(error);
    }),
  );
});
