import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SECOND } from "../../src/lib/time.ts";
import { submitToObjects } from "../../src/ingest/submit-queue.ts";
import type { Delivery, IntegrationConfig } from "../../src/objects/integration/rpc.ts";

const context = { waitUntil: () => undefined };

/** An integration whose object answers as told. @returns submits a delivery */
function setUp(accept: (deliveries: Delivery[]) => Promise<unknown>) {
  const object = { accept: (_: unknown, deliveries: Delivery[]) => accept(deliveries) };
  const env = { CALLS_UNDER_WAY: "1", INTEGRATIONS: { getByName: () => object } } as unknown as Env;
  const config = { id: crypto.randomUUID() } as IntegrationConfig;
  return (id: string) =>
    submitToObjects(env, context, config, { id, body: new Uint8Array(), events: [] } as unknown as Delivery);
}

const decided = (deliveries: Delivery[]) => deliveries.map(() => ({ kind: "decided", outcomes: [], alertKeys: [] }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("The submit queue", () => {
  it("sends the deliveries that wait for a call together in the next one", async () => {
    const gate = Promise.withResolvers<void>();
    const calls: string[][] = [];
    const submit = setUp(async (deliveries) => {
      calls.push(deliveries.map(({ id }) => id));
      await gate.promise;
      return decided(deliveries);
    });
    const replies = ["a", "b", "c"].map(submit);
    gate.resolve();
    await Promise.all(replies);
    expect(calls).toEqual([["a"], ["b", "c"]]);
  });

  it("forgets the call of a request that the platform cut off", async () => {
    let isHanging = true;
    const submit = setUp(async (deliveries) => (isHanging ? new Promise(() => {}) : decided(deliveries)));
    void submit("cut off");
    await Promise.resolve();
    isHanging = false;
    // The timers of the request never fire.
    vi.setSystemTime(Date.now() + 60 * SECOND);
    await submit("b");
    vi.setSystemTime(Date.now() + SECOND);
    const reply = vi.fn<(reply: unknown) => void>();
    void submit("c").then(reply);
    await vi.advanceTimersByTimeAsync(0);
    expect(reply).toHaveBeenCalledOnce();
  });
});
