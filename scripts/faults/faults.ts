/** Every fault, in the order of the run. */
import { DATABASE_FAULTS } from "./database-faults.ts";
import { type Fault, untilAnswered, wait } from "./fault.ts";
import { OBJECT_FAULTS } from "./object-faults.ts";

export const FAULTS: readonly Fault[] = [
  {
    name: "none",
    runs: { whole: 1, short: 1 },
    inflict: (_, load) => untilAnswered(load, 500),
  },
  {
    name: "workerd killed",
    runs: { whole: 50, short: 6 },
    async inflict(system, load, chance) {
      await untilAnswered(load, 10 + Math.floor(chance() * 150));
      await wait(chance() * 20);
      await system.restart();
      await untilAnswered(load, 10);
    },
  },
  ...DATABASE_FAULTS,
  {
    name: "disk full",
    runs: { whole: 5, short: 1 },
    async inflict(system, load, chance) {
      system.limitDisk(true);
      const before = load.rejected;
      while (load.rejected < before + 20) await wait(10);
      await wait(chance() * 200);
      system.limitDisk(false);
      await untilAnswered(load, 20);
    },
  },
  ...OBJECT_FAULTS,
  {
    name: "clock steps of ±1 h",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      for (const clock of [3_600_000, 0, -3_600_000, 0]) {
        // A delivery in flight during a step would have two times.
        await load.pause();
        await system.harness({ clock });
        load.resume();
        await untilAnswered(load, 80);
      }
    },
  },
  {
    name: "endpoint down for an hour",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      system.subscriber.accept(false);
      for (let minutes = 0; minutes <= 60; minutes += 5) {
        await load.pause();
        await system.harness({ clock: minutes * 60_000 });
        load.resume();
        await untilAnswered(load, 15);
      }
      const { size } = system.subscriber.accepted();
      system.subscriber.accept(true);
      // The probe of the circuit breaker comes within five minutes of that clock.
      await load.pause();
      await system.harness({ clock: 70 * 60_000 });
      load.resume();
      while (system.subscriber.accepted().size < size + 100) await untilAnswered(load, 5);
      await load.pause();
      await system.harness({ clock: 0 });
      load.resume();
      await untilAnswered(load, 5);
    },
  },
  {
    name: "two versions side by side",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      for (const versions of ["objects in the other", "objects in this", "one"] as const) {
        await system.restart({ versions });
        await untilAnswered(load, 60);
      }
    },
  },
  {
    name: "number of shards changes",
    runs: { whole: 10, short: 1 },
    changesShards: true,
    async inflict(system, load, chance) {
      const ids = [...new Set(load.sent.map(({ target }) => target.id))];
      for (const shards of [4, 2, 16, 1, 3]) {
        const changing = Promise.allSettled(ids.map((id) => system.api("PATCH", `/v1/integrations/${id}`, { shards })));
        // Sometimes workerd is killed during the change.
        if (chance() < 0.3) {
          await wait(chance() * 100);
          await system.restart();
        }
        await changing;
        await untilAnswered(load, 60);
      }
    },
  },
];
