import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOUR, SECOND } from "../../src/lib/time.ts";
import { submitToObjects } from "../../src/ingest/submit-queue.ts";
import type { Delivery, IntegrationConfig } from "../../src/objects/integration/rpc.ts";

const context = { waitUntil: () => undefined };

/** An integration whose object answers as told. @param options `isCutOff`: the requests do nothing more. @returns submits a delivery */
function setUp(
  accept: (deliveries: Delivery[]) => Promise<unknown>,
  {
    id = crypto.randomUUID(),
    callsInFlight = 1,
    bytes = 0,
    isCutOff = () => false,
  }: { id?: string; callsInFlight?: number; bytes?: number; isCutOff?: () => boolean } = {},
) {
  const object = { accept: (_: unknown, deliveries: Delivery[]) => accept(deliveries) };
  const env = {
    get CALLS_IN_FLIGHT() {
      if (isCutOff()) throw new Error("the platform cut off the request");
      return String(callsInFlight);
    },
    INTEGRATIONS: { getByName: () => object },
  } as unknown as Env;
  const config = { id } as IntegrationConfig;
  return (deliveryId: string) => {
    const delivery = { id: deliveryId, body: new Uint8Array(bytes), events: [] };
    return submitToObjects(env, context, config, delivery as unknown as Delivery);
  };
}

/** Keeps deliveries to other objects in flight. */
function load(deliveries = 8): void {
  for (let count = 0; count < deliveries; count++) void setUp(() => new Promise(() => {}))("never answered");
}

/** An integration whose object decides at once. @returns its calls so far, and a function that submits deliveries */
function setUpCounted(options: { callsInFlight?: number; bytes?: number } = {}) {
  const calls: string[][] = [];
  const submit = setUp(async (deliveries) => {
    calls.push(deliveries.map(({ id }) => id));
    return decided(deliveries);
  }, options);
  return { calls, submit: (...ids: string[]) => Promise.all(ids.map(submit)) };
}

/**
 * Cuts off the request of the delivery "cut off", which waits first, before it can make the next call.
 * @param behind the deliveries that wait behind it
 */
async function cutOffFirstWaiting(...behind: string[]) {
  const calls: string[][] = [];
  const answer = Promise.withResolvers<void>();
  let isCutOff = false;
  const options = { id: crypto.randomUUID() };
  const accept = async (deliveries: Delivery[]) => {
    calls.push(deliveries.map(({ id }) => id));
    await answer.promise;
    return decided(deliveries);
  };
  const submit = setUp(accept, options);
  const first = submit("a");
  void setUp(accept, { ...options, isCutOff: () => isCutOff })("cut off").catch(() => undefined);
  const others = Promise.all(behind.map(submit));
  isCutOff = true;
  answer.resolve();
  await first;
  return { calls, submit, others };
}

const decided = (deliveries: Delivery[]) => deliveries.map(() => ({ kind: "decided", outcomes: [], alertKeys: [] }));

/** Each test is an hour after the one before, so that the deliveries of that one are no longer in flight. */
let now = Date.now();

beforeEach(() => void vi.useFakeTimers({ now: (now += HOUR) }));
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

  it("sends the first delivery after a pause at once, also under load", async () => {
    const { calls, submit } = setUpCounted();
    load();
    await submit("a");
    expect(calls).toEqual([["a"]]);
  });

  it("lets deliveries gather under load, for 50 ms from the start of the last call", async () => {
    const { calls, submit } = setUpCounted();
    load();
    await submit("a");
    await vi.advanceTimersByTimeAsync(10);
    const replies = submit("b", "c");
    await vi.advanceTimersByTimeAsync(10);
    const last = submit("d");
    await vi.advanceTimersByTimeAsync(29);
    expect(calls).toEqual([["a"]]);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all([replies, last]);
    expect(calls).toEqual([["a"], ["b", "c", "d"]]);
  });

  it("sends sixteen gathered deliveries immediately", async () => {
    const { calls, submit } = setUpCounted();
    load();
    await submit("a");
    const ids = Array.from({ length: 16 }, (_, index) => String(index));
    await submit(...ids);
    expect(calls).toEqual([["a"], ids]);
  });

  it("sends gathered deliveries immediately if no others are in flight", async () => {
    const { calls, submit } = setUpCounted();
    await submit("a");
    const ids = Array.from({ length: 11 }, (_, index) => String(index));
    // Each connection sends its next delivery when it has an answer.
    await Promise.all([submit("b").then(() => submit("c")), submit(...ids)]);
    expect(calls).toEqual([["a"], ["b"], [...ids, "c"]]);
  });

  it("sends gathered deliveries immediately if they fill a call", async () => {
    const { calls, submit } = setUpCounted({ bytes: 1024 * 1024 });
    load();
    await submit("a");
    const replies = submit("b", "c", "d");
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual([["a"], ["b", "c"]]);
    await vi.advanceTimersByTimeAsync(50);
    await replies;
    expect(calls).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  it("lets no delivery gather if several calls may be in flight", async () => {
    const { calls, submit } = setUpCounted({ callsInFlight: 2 });
    load();
    await submit("a");
    await submit("b", "c");
    expect(calls).toEqual([["a"], ["b"], ["c"]]);
  });

  it("makes no second call for a delivery that arrives when a waiting one is about to make the next", async () => {
    const { calls, submit } = setUpCounted();
    load();
    const replies = [submit("a").then(() => submit("d")), submit("b", "c")];
    await vi.advanceTimersByTimeAsync(50);
    await Promise.all(replies);
    expect(calls).toEqual([["a"], ["b", "c", "d"]]);
  });

  it("forgets a request that the platform cut off while deliveries gathered for it", async () => {
    const { calls, submit } = setUpCounted();
    load();
    await submit("a");
    void submit("cut off");
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 60 * SECOND);
    await submit("b");
    expect(calls).toEqual([["a"], ["b"]]);
  });

  it("lets another waiting delivery make the next call if the platform cut off the first one", async () => {
    const { calls, others } = await cutOffFirstWaiting("b", "c");
    await others;
    expect(calls).toEqual([["a"], ["cut off", "b", "c"]]);
  });

  it("lets a later delivery make the next call if the platform cut off the only one that waited", async () => {
    const { calls, submit } = await cutOffFirstWaiting();
    await submit("b");
    expect(calls).toEqual([["a"], ["cut off", "b"]]);
  });

  it("submits no delivery whose request the platform cut off long ago", async () => {
    const { calls, submit } = await cutOffFirstWaiting();
    vi.setSystemTime(Date.now() + 60 * SECOND);
    await submit("b");
    expect(calls).toEqual([["a"], ["b"]]);
  });

  it("lets a waiting delivery make the next call once the call before it is forgotten", async () => {
    let isHanging = true;
    const submit = setUp(async (deliveries) => (isHanging ? new Promise(() => {}) : decided(deliveries)));
    void submit("cut off");
    await vi.advanceTimersByTimeAsync(0);
    vi.clearAllTimers();
    isHanging = false;
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    const reply = vi.fn<(reply: unknown) => void>();
    void submit("b").then(reply);
    await vi.advanceTimersByTimeAsync(2 * SECOND + 100);
    expect(reply).toHaveBeenCalledOnce();
  });

  it("sends deliveries in their order, at most 64 in a call, in as many calls as may be in flight", async () => {
    const gate = Promise.withResolvers<void>();
    const calls: string[][] = [];
    const options = { callsInFlight: 2 };
    const submit = setUp(async (deliveries) => {
      calls.push(deliveries.map(({ id }) => id));
      await gate.promise;
      return decided(deliveries);
    }, options);
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const replies = Promise.all(ids.map(submit));
    expect(calls).toEqual([["0"], ["1"]]);
    gate.resolve();
    await replies;
    expect(calls.slice(2)).toEqual([ids.slice(2, 66), ids.slice(66)]);
  });

  it("gives all deliveries of a failed call its error, and continues", async () => {
    let count = 0;
    const submit = setUp(async (deliveries) => {
      // Errors of the object itself are not repeated.
      if (++count === 2) throw new Error("failed");
      return decided(deliveries);
    });
    const replies = Promise.allSettled(["a", "b", "c"].map(submit));
    await vi.advanceTimersByTimeAsync(0);
    expect((await replies).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    await submit("d");
    expect(count).toBe(3);
  });

  it("answers a delivery after four seconds, and does not submit it any more", async () => {
    const calls: string[][] = [];
    let isHanging = true;
    const submit = setUp(async (deliveries) => {
      calls.push(deliveries.map(({ id }) => id));
      return isHanging ? new Promise(() => {}) : decided(deliveries);
    });
    void submit("cut off");
    await Promise.resolve();
    vi.clearAllTimers();
    const late = submit("late").catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(4 * SECOND);
    expect(await late).toMatchObject({ type: "unavailable" });
    isHanging = false;
    await submit("b");
    expect(calls).toEqual([["cut off"], ["b"]]);
  });

  it("gives a waiting delivery its reply although the clock was set back", async () => {
    const gate = Promise.withResolvers<void>();
    const submit = setUp(async (deliveries) => {
      await gate.promise;
      return decided(deliveries);
    });
    const replies = Promise.all(["a", "b"].map(submit));
    vi.setSystemTime(Date.now() - HOUR);
    await vi.advanceTimersByTimeAsync(SECOND);
    gate.resolve();
    await expect(replies).resolves.toHaveLength(2);
  });

  it("lets no delivery gather with fewer than eight in flight", async () => {
    const { calls, submit } = setUpCounted();
    load(6);
    await submit("a");
    await submit("b");
    expect(calls).toEqual([["a"], ["b"]]);
  });

  it("does not wait for a call in the future after the clock was set back", async () => {
    const { calls, submit } = setUpCounted();
    load();
    await submit("a");
    vi.setSystemTime(Date.now() - 60 * SECOND);
    await submit("b");
    expect(calls).toEqual([["a"], ["b"]]);
  });
});
