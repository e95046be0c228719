/** What is done to the service while senders send. Each lasts until it has met some of them. */
import type { Load } from "./load.ts";
import type { World } from "./world.ts";

export interface Fault {
  name: string;
  /** What the load and the judgement must know of it. */
  changesShards?: true;
  /** How often, in the whole run and in the short one. */
  runs: { whole: number; short: number };
  /** Inflicts it once and takes it away again. */
  inflict(world: World, load: Load, chance: () => number): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets senders go on until so many more have been answered. */
export async function answered(load: Load, count: number): Promise<void> {
  const replies = () => load.sent.reduce((sum, { replies: { length } }) => sum + length, 0);
  const target = replies() + count;
  while (replies() < target) await wait(10);
}

async function hasQuarantine(world: World, { sent }: Load): Promise<boolean> {
  const targets = [...new Set(sent.map(({ target }) => target))];
  const outboxes = await Promise.all(targets.map((target) => world.outboxOf(target)));
  return outboxes.some(({ quarantined }) => quarantined > 0);
}

const onEndpoint = (name: string, mode: Parameters<World["endpoint"]["set"]>[0], runs: Fault["runs"]): Fault => ({
  name,
  runs,
  async inflict(world, load, chance) {
    world.endpoint.set(mode);
    while (world.endpoint.faults() < 3) await wait(10);
    await answered(load, 50 + Math.floor(chance() * 100));
    world.endpoint.set("pass");
  },
});

const onRole = (name: string, begin: string, end: string): Fault => ({
  name,
  runs: { whole: 5, short: 1 },
  async inflict(world, load) {
    await world.sql(begin);
    // What is settled with a connection ends with it.
    await world.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tocsin'");
    await answered(load, 200);
    await world.sql(end);
    await world.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tocsin'");
  },
});

const onObject = (step: string, every: number): Fault => ({
  name: `object evicted ${step.replace("-", " the ")}`,
  runs: { whole: 10, short: 1 },
  async inflict(world, load) {
    const before = await world.harness({ evict: step, every });
    while ((await world.harness({})) < before + 3) await wait(10);
    await world.harness({ evict: "" });
    await answered(load, 20);
  },
});

/** Every fault, in the order in which they are inflicted. */
export const FAULTS: readonly Fault[] = [
  {
    name: "none",
    runs: { whole: 1, short: 1 },
    inflict: (_, load) => answered(load, 500),
  },
  {
    name: "workerd killed",
    runs: { whole: 50, short: 8 },
    async inflict(world, load, chance) {
      await answered(load, 10 + Math.floor(chance() * 150));
      await wait(chance() * 20);
      await world.restart();
      await answered(load, 10);
    },
  },
  {
    name: "Postgres stopped",
    runs: { whole: 5, short: 1 },
    async inflict(world, load, chance) {
      await world.postgres.halt();
      await answered(load, 100 + Math.floor(chance() * 200));
      await world.postgres.resume();
    },
  },
  {
    name: "Postgres and workerd lost together",
    runs: { whole: 5, short: 1 },
    async inflict(world, load) {
      await answered(load, 50);
      await Promise.all([world.postgres.halt(), world.restart()]);
      await answered(load, 50);
      await world.restart();
      await world.postgres.resume();
    },
  },
  onEndpoint("database refuses connections", "refuse", { whole: 5, short: 1 }),
  onEndpoint("database answers 500", "500", { whole: 5, short: 1 }),
  onEndpoint("database answers garbage", "garbage", { whole: 5, short: 1 }),
  onEndpoint("connection cut after commit", "cut-after-commit", { whole: 10, short: 2 }),
  {
    name: "database answers after 30 s",
    runs: { whole: 2, short: 1 },
    async inflict(world, load) {
      world.endpoint.set("late");
      while (world.endpoint.faults() < 3) await wait(10);
      await answered(load, 400);
      // Meanwhile what comes after them waits, is sent when they are given up, and lands first.
      await load.pause();
      await world.endpoint.settled();
      load.resume();
      world.endpoint.set("pass");
    },
  },
  onRole(
    "database out of connections",
    "alter role tocsin connection limit 0",
    "alter role tocsin connection limit -1",
  ),
  onRole(
    "database read-only",
    "alter role tocsin set default_transaction_read_only = on",
    "alter role tocsin reset default_transaction_read_only",
  ),
  {
    name: "rows that Postgres refuses",
    runs: { whole: 5, short: 1 },
    async inflict(world, load) {
      await world.sql(
        `alter table webhook_deliveries add constraint poison
         check (raw_payload is null or md5(raw_payload::text) not like '%0') not valid`,
      );
      await answered(load, 150);
      while (!(await hasQuarantine(world, load))) await wait(10);
      // What stands aside by then is tried again once Postgres takes it.
      await world.sql("alter table webhook_deliveries drop constraint poison");
    },
  },
  {
    name: "disk full",
    runs: { whole: 5, short: 1 },
    async inflict(world, load, chance) {
      world.limitDisk(true);
      const before = load.refused;
      while (load.refused < before + 20) await wait(10);
      await wait(chance() * 200);
      world.limitDisk(false);
      await answered(load, 20);
    },
  },
  onObject("before-commit", 7),
  onObject("before-answer", 7),
  onObject("before-flush", 5),
  onObject("during-flush", 5),
  onObject("after-flush", 5),
  onObject("after-discard", 5),
  {
    name: "clock steps of ±1 h",
    runs: { whole: 5, short: 1 },
    async inflict(world, load) {
      for (const clock of [3_600_000, 0, -3_600_000, 0]) {
        // A delivery on its way over a step has two times: which one counts is nobody's to say.
        await load.pause();
        await world.harness({ clock });
        load.resume();
        await answered(load, 80);
      }
    },
  },
  {
    name: "subscriber down for an hour",
    runs: { whole: 5, short: 1 },
    async inflict(world, load) {
      world.subscriber.take(false);
      for (let minutes = 0; minutes <= 60; minutes += 5) {
        await load.pause();
        await world.harness({ clock: minutes * 60_000 });
        load.resume();
        await answered(load, 15);
      }
      const { ids } = world.subscriber.taken();
      world.subscriber.take(true);
      // What it is tried with comes within five minutes by the clock that was turned.
      await load.pause();
      await world.harness({ clock: 70 * 60_000 });
      load.resume();
      while (world.subscriber.taken().ids.length < ids.length + 100) await answered(load, 5);
      await load.pause();
      await world.harness({ clock: 0 });
      load.resume();
      await answered(load, 5);
    },
  },
  {
    name: "two versions side by side",
    runs: { whole: 5, short: 1 },
    async inflict(world, load) {
      for (const versions of ["objects in the other", "objects in this", "one"] as const) {
        await world.restart(versions);
        await answered(load, 60);
      }
    },
  },
  {
    name: "other numbers of objects",
    runs: { whole: 10, short: 1 },
    changesShards: true,
    async inflict(world, load, chance) {
      const ids = [...new Set(load.sent.map(({ target }) => target.id))];
      for (const shards of [4, 2, 16, 1, 3]) {
        const changing = Promise.allSettled(ids.map((id) => world.api("PATCH", `/v1/integrations/${id}`, { shards })));
        // Now and then everything dies in the middle of it.
        if (chance() < 0.3) {
          await wait(chance() * 100);
          await world.restart();
        }
        await changing;
        await answered(load, 60);
      }
    },
  },
];
