/** Faults of Durable Objects: they are evicted or hang at a step of their work. Steps: see harness.js. */
import { type Fault, until, untilAnswered, untilFlushed, wait } from "./fault.ts";

/** Evicts an object at a step, several times. @param every of how many passes one is affected */
const evicted = (name: string, step: string, every: number): Fault => ({
  name,
  runs: { whole: 10, short: 1 },
  async inflict(system, load) {
    const before = await system.harness({ step, action: "evict", every });
    await until(name, async () => (await system.harness({})) >= before + 3);
    await system.harness({ step: "" });
    await untilAnswered(load, 20);
  },
});

export const OBJECT_FAULTS: readonly Fault[] = [
  evicted("object evicted before the commit", "object-before-commit", 7),
  evicted("object evicted before the answer", "object-before-answer", 7),
  evicted("object evicted before the flush", "object-before-flush", 2),
  evicted("object evicted during the flush", "object-during-flush", 2),
  evicted("object evicted between the Writer's reply and the discard", "object-after-flush", 2),
  evicted("object evicted after the discard", "object-after-discard", 2),
  evicted("Writer evicted before the commit", "writer-before-commit", 2),
  evicted("Writer evicted during the commit", "writer-during-commit", 2),
  evicted("Writer evicted after the commit", "writer-after-commit", 2),
  evicted("Writer evicted before its answer", "writer-before-answer", 2),
  {
    name: "Writer hangs before or after the commit",
    runs: { whole: 3, short: 1 },
    async inflict(system, load) {
      // Objects must not wait for an answer without end.
      for (const step of ["writer-on-call", "writer-before-answer"]) {
        const before = await system.harness({ step, action: "hang", every: 1, times: 1 });
        await until("a Writer that hangs", async () => (await system.harness({})) > before);
      }
      await system.harness({ step: "" });
      await untilAnswered(load, 100);
    },
  },
  {
    name: "subscription cannot be notified",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      const before = await system.harness({ step: "subscription-on-wake", action: "evict", every: 1 });
      await until("failed notifications", async () => (await system.harness({})) >= before + 3);
      await untilAnswered(load, 100);
      // No later notification covers those that failed.
      await load.pause();
      await untilFlushed(system, load);
      // The Writers have given up by then: three tries of two seconds, and pauses.
      await wait(10_000);
      await system.harness({ step: "" });
    },
  },
  {
    name: "number of Writers changes",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      for (const writers of [1, 7, 2, 4]) {
        await system.restart({ writers });
        await untilAnswered(load, 60);
      }
    },
  },
];
