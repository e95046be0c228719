import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SECOND } from "../../../src/lib/time.ts";
import { Notifier, type NotifyCall } from "../../../src/objects/writer/notifier.ts";

const FEED = { feed: 0 };
const SUBSCRIPTION = { subscriptionId: "s" };

const never = (): Promise<never> => new Promise(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Notifier", () => {
  it("notifies each reader of the transaction", async () => {
    const call = vi.fn<NotifyCall>().mockResolvedValue();
    expect(await new Notifier(call).notify([FEED, SUBSCRIPTION], "8")).toEqual([]);
    expect(call.mock.calls).toEqual([[FEED, "8"], [SUBSCRIPTION, "8"]]); // prettier-ignore
  });

  it("tries three times, and returns the readers that did not acknowledge", async () => {
    const call = vi.fn<NotifyCall>((reader) =>
      "feed" in reader ? Promise.reject(new Error("away")) : Promise.resolve(),
    );
    const unnotified = new Notifier(call).notify([FEED, SUBSCRIPTION], "8");
    await vi.runAllTimersAsync();
    expect(await unnotified).toEqual([FEED]);
    expect(call.mock.calls.filter(([reader]) => reader === FEED)).toHaveLength(3);
  });

  it("forgets the failed tries before one that succeeds", async () => {
    const call = vi.fn<NotifyCall>().mockRejectedValueOnce(new Error("away")).mockResolvedValue();
    const unnotified = new Notifier(call).notify([FEED], "8");
    await vi.runAllTimersAsync();
    expect(await unnotified).toEqual([]);
  });

  it("waits a bounded time for a reader that hangs, and no other reader waits for it", async () => {
    const call = vi.fn<NotifyCall>((reader) => ("feed" in reader ? never() : Promise.resolve()));
    const notifier = new Notifier(call);
    const hanging = notifier.notify([FEED], "8");
    expect(await notifier.notify([SUBSCRIPTION], "8")).toEqual([]);
    await vi.advanceTimersByTimeAsync(8 * SECOND);
    expect(await hanging).toEqual([FEED]);
  });

  it("does not wait for a reader whose last tries failed, until it acknowledges again", async () => {
    let isAway = true;
    const call = vi.fn<NotifyCall>(() => (isAway ? never() : Promise.resolve()));
    const notifier = new Notifier(call);
    const first = notifier.notify([FEED], "8");
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    const during = notifier.notify([FEED], "9");
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expect([await first, await during]).toEqual([[FEED], [FEED]]); // prettier-ignore
    expect(await notifier.notify([FEED], "10")).toEqual([FEED]);
    isAway = false;
    await vi.runAllTimersAsync();
    expect(call).toHaveBeenLastCalledWith(FEED, "10");
    expect(await notifier.notify([FEED], "11")).toEqual([]);
  });

  it("names only the latest of the transactions that commit during a call", async () => {
    const gate = Promise.withResolvers<void>();
    const call = vi.fn<NotifyCall>().mockReturnValueOnce(gate.promise).mockResolvedValue();
    const notifier = new Notifier(call);
    const all = ["8", "12", "9", "100"].map((xid) => notifier.notify([FEED], xid));
    gate.resolve();
    await vi.runAllTimersAsync();
    expect((await Promise.all(all)).flat()).toEqual([]);
    expect(call.mock.calls.map(([, xid]) => xid)).toEqual(["8", "100"]);
  });
});
