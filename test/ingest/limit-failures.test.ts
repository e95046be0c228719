import { afterEach, expect, it, vi } from "vitest";
import { countFailure } from "../../src/ingest/limit-failures.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("an address over the limit is remembered for 10 s, even if no timer of the request ever fires", async () => {
  vi.useFakeTimers();
  const answers = [false, true];
  const env = { FAILURE_LIMITER: { limit: () => Promise.resolve({ success: answers.shift() }) } } as unknown as Env;
  expect(await countFailure(env, "192.0.2.1")).toBe(false);
  vi.setSystemTime(Date.now() + 9999);
  expect(await countFailure(env, "192.0.2.1")).toBe(false);
  vi.setSystemTime(Date.now() + 1);
  expect(await countFailure(env, "192.0.2.1")).toBe(true);
});
