/** The faults that occur while senders send. Each fault lasts until it has affected some requests. */
import type { Load } from "./load.ts";
import type { System } from "./system.ts";

export interface Fault {
  name: string;
  /** Whether the number of shards changes: the load sends single events, and order holds per alert only. */
  changesShards?: true;
  /** Number of runs in the long and in the short form. */
  runs: { whole: number; short: number };
  /** Causes the fault once, and ends it. */
  inflict(system: System, load: Load, chance: () => number): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for this many more acknowledged requests. */
export async function untilAnswered(load: Load, count: number): Promise<void> {
  const replies = () => load.sent.reduce((sum, { replies: { length } }) => sum + length, 0);
  const target = replies() + count;
  while (replies() < target) await wait(10);
}

async function hasQuarantine(system: System, { sent }: Load): Promise<boolean> {
  const targets = [...new Set(sent.map(({ target }) => target))];
  const outboxes = await Promise.all(targets.map((target) => system.outboxOf(target)));
  return outboxes.some(({ quarantined }) => quarantined > 0);
}

const onEndpoint = (name: string, mode: Parameters<System["endpoint"]["set"]>[0], runs: Fault["runs"]): Fault => ({
  name,
  runs,
  async inflict(system, load, chance) {
    system.endpoint.set(mode);
    while (system.endpoint.faults() < 3) await wait(10);
    await untilAnswered(load, 50 + Math.floor(chance() * 100));
    system.endpoint.set("pass");
  },
});

const onRole = (name: string, begin: string, end: string): Fault => ({
  name,
  runs: { whole: 5, short: 1 },
  async inflict(system, load) {
    await system.sql(begin);
    // A role's settings apply to new connections.
    await system.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tocsin'");
    await untilAnswered(load, 200);
    await system.sql(end);
    await system.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tocsin'");
  },
});

const onObject = (step: string, every: number): Fault => ({
  name: `object evicted ${step.replace("-", " the ")}`,
  runs: { whole: 10, short: 1 },
  async inflict(system, load) {
    const before = await system.harness({ evict: step, every });
    while ((await system.harness({})) < before + 3) await wait(10);
    await system.harness({ evict: "" });
    await untilAnswered(load, 20);
  },
});

/** Every fault, in the order of the run. */
export const FAULTS: readonly Fault[] = [
  {
    name: "none",
    runs: { whole: 1, short: 1 },
    inflict: (_, load) => untilAnswered(load, 500),
  },
  {
    name: "workerd killed",
    runs: { whole: 50, short: 8 },
    async inflict(system, load, chance) {
      await untilAnswered(load, 10 + Math.floor(chance() * 150));
      await wait(chance() * 20);
      await system.restart();
      await untilAnswered(load, 10);
    },
  },
  {
    name: "Postgres stopped",
    runs: { whole: 5, short: 1 },
    async inflict(system, load, chance) {
      await system.postgres.halt();
      await untilAnswered(load, 100 + Math.floor(chance() * 200));
      await system.postgres.resume();
    },
  },
  {
    name: "Postgres and workerd lost together",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      await untilAnswered(load, 50);
      await Promise.all([system.postgres.halt(), system.restart()]);
      await untilAnswered(load, 50);
      await system.restart();
      await system.postgres.resume();
    },
  },
  onEndpoint("database refuses connections", "refuse", { whole: 5, short: 1 }),
  onEndpoint("database answers 500", "500", { whole: 5, short: 1 }),
  onEndpoint("database answers garbage", "garbage", { whole: 5, short: 1 }),
  onEndpoint("connection cut after commit", "cut-after-commit", { whole: 10, short: 2 }),
  {
    name: "database answers after 30 s",
    runs: { whole: 2, short: 1 },
    async inflict(system, load) {
      system.endpoint.set("late");
      while (system.endpoint.faults() < 3) await wait(10);
      await untilAnswered(load, 400);
      // Later batches wait, are sent after the timeout of the late ones, and arrive before them.
      await load.pause();
      await system.endpoint.settled();
      load.resume();
      system.endpoint.set("pass");
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
    name: "rows that Postgres rejects",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      await system.sql(
        `alter table webhook_deliveries add constraint poison
         check (raw_payload is null or md5(raw_payload::text) not like '%0') not valid`,
      );
      await untilAnswered(load, 150);
      while (!(await hasQuarantine(system, load))) await wait(10);
      // Quarantined rows are retried once Postgres accepts them.
      await system.sql("alter table webhook_deliveries drop constraint poison");
    },
  },
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
  onObject("before-commit", 7),
  onObject("before-answer", 7),
  onObject("before-flush", 5),
  onObject("during-flush", 5),
  onObject("after-flush", 5),
  onObject("after-discard", 5),
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
      const { ids } = system.subscriber.accepted();
      system.subscriber.accept(true);
      // The probe of the circuit breaker comes within five minutes of that clock.
      await load.pause();
      await system.harness({ clock: 70 * 60_000 });
      load.resume();
      while (system.subscriber.accepted().ids.length < ids.length + 100) await untilAnswered(load, 5);
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
        await system.restart(versions);
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
