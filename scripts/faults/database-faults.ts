/** Faults of Postgres, of Neon in front of it, and of the network between. Each lasts until it has affected some requests. */
import type pg from "pg";
import {
  connectionSlotsReserved,
  controlPlaneFailed,
  permitRefused,
  type ProxyError,
  quotaExhausted,
} from "../neon/errors.ts";
import type { Mode } from "./endpoint.ts";
import { type Fault, targetsOf, until, untilAnswered, untilFlushed, wait } from "./fault.ts";
import type { Load, Target } from "./load.ts";
import type { System } from "./system.ts";

const onNetwork = (name: string, mode: Mode, runs: Fault["runs"]): Fault => ({
  name,
  runs,
  async inflict(system, load, chance) {
    system.network.set(mode);
    await until("affected requests", () => system.network.faults() >= 3);
    await untilAnswered(load, 50 + Math.floor(chance() * 100));
    system.network.set("pass");
  },
});

/** Neon refuses every request, in one way after the other. */
const onNeon = (name: string, failures: readonly ProxyError[]): Fault => ({
  name,
  runs: { whole: 5, short: 1 },
  async inflict(system, load, chance) {
    for (const failure of failures) {
      const { replies } = system.neon.counters();
      system.neon.fail(failure);
      await until("refused requests", () => repliesSince(system, replies, failure.status) >= 2);
    }
    await untilAnswered(load, 50 + Math.floor(chance() * 100));
    system.neon.fail(null);
  },
});

const repliesSince = (system: System, before: Readonly<Record<number, number>>, status: number): number =>
  (system.neon.counters().replies[status] ?? 0) - (before[status] ?? 0);

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

/** The rows of an integration, by table. Those that refer to others come last. */
const ROWS_OF = {
  integrations: "id = $1",
  webhook_deliveries: "integration_id = $1",
  alerts: "integration_id = $1",
  alert_timeline: "alert_id in (select id from alerts where integration_id = $1)",
};

/** Moves the rows of an integration to the schema `missing`, as if an older state of the database had been restored. */
async function removeIntegration(client: pg.Client, { id }: Target): Promise<void> {
  await client.query("begin");
  await client.query("create schema missing");
  for (const [name, condition] of Object.entries(ROWS_OF)) {
    await client.query(
      `create table missing.${name} as select * from ${name} where ${condition.replace("$1", `'${id}'`)}`,
    );
  }
  for (const [name, condition] of Object.entries(ROWS_OF).toReversed()) {
    await client.query(`delete from ${name} where ${condition}`, [id]);
  }
  await client.query("commit");
}

async function putBack(client: pg.Client): Promise<void> {
  await client.query("begin");
  for (const name of Object.keys(ROWS_OF)) {
    const columns = await writtenColumns(client, name);
    await client.query(`insert into ${name} (${columns}) select ${columns} from missing.${name}`);
  }
  await client.query("drop schema missing cascade");
  await client.query("commit");
}

/** The columns of a table that Postgres does not generate, separated by commas. */
async function writtenColumns(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(column_name, ', ') as columns from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  return rows[0]?.columns ?? "";
}

/** A transaction that began before others, and aborts after their entries were notified. */
const olderTransaction = (name: string, lastsMs: number, runs: Fault["runs"]): Fault => ({
  name,
  runs,
  async inflict(system, load) {
    await system.withClient(async (client) => {
      await client.query("begin");
      await client.query("select pg_current_xact_id()");
      await untilAnswered(load, 100);
      // Readers see no entry after this transaction before it ends, and nobody notifies them then.
      await load.pause();
      await untilFlushed(system, load);
      await wait(lastsMs);
      await client.query("rollback");
    });
  },
});

async function hasQuarantine(system: System, load: Load): Promise<boolean> {
  const outboxes = await Promise.all(targetsOf(load).map((target) => system.outboxOf(target)));
  return outboxes.some(({ quarantined }) => quarantined > 0);
}

const countDeliveries = async (system: System, { id }: Target): Promise<number> => {
  const [row] = await system.sql<{ count: string }>(
    "select count(*) from webhook_deliveries where integration_id = $1",
    [id],
  );
  return Number(row?.count);
};

export const DATABASE_FAULTS: readonly Fault[] = [
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
  onNetwork("database refuses connections", "refuse", { whole: 5, short: 1 }),
  onNetwork("database answers garbage", "garbage", { whole: 5, short: 1 }),
  onNetwork("connection cut after commit", "cut-after-commit", { whole: 10, short: 2 }),
  onNetwork("database rate-limited", "rate-limited", { whole: 5, short: 1 }),
  onNeon("database does not start", [controlPlaneFailed(), permitRefused(), connectionSlotsReserved()]),
  onNeon("database quota exhausted", [quotaExhausted(402), quotaExhausted(500)]),
  {
    name: "database takes 5 s to wake up",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      const { wakeUps } = system.neon.counters();
      system.neon.suspend();
      await until("the start of the compute", () => system.neon.counters().wakeUps > wakeUps);
      await untilAnswered(load, 100);
    },
  },
  {
    name: "database answers too late",
    runs: { whole: 2, short: 1 },
    async inflict(system, load) {
      system.network.set("late");
      await until("late requests", () => system.network.faults() >= 3);
      await untilAnswered(load, 400);
      // Later batches wait, are sent after the timeout of the late ones, and arrive before them.
      await load.pause();
      await system.network.settled();
      load.resume();
      system.network.set("pass");
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
    quarantines: true,
    async inflict(system, load) {
      await system.sql(
        `alter table webhook_deliveries add constraint poison
         check (raw_payload is null or md5(raw_payload::text) not like '%0') not valid`,
      );
      await untilAnswered(load, 150);
      await until("a quarantined row", () => hasQuarantine(system, load));
      // Quarantined rows are retried once Postgres accepts them.
      await system.sql("alter table webhook_deliveries drop constraint poison");
    },
  },
  {
    name: "database restored without an integration",
    runs: { whole: 5, short: 1 },
    async inflict(system, load) {
      await untilAnswered(load, 100);
      // A restore loses entries that readers were notified of but have not read.
      await load.pause();
      await untilFlushed(system, load);
      await system.untilNotified(targetsOf(load));
      const [missing, ...others] = targetsOf(load);
      if (!missing) return;
      await system.withClient(async (client) => {
        await removeIntegration(client, missing);
        load.resume();
        const [other] = others;
        const before = other ? await countDeliveries(system, other) : 0;
        await untilAnswered(load, 200);
        // Its chunks do not delay those of other integrations.
        if (other)
          await until("deliveries of others", async () => (await countDeliveries(system, other)) > before + 20);
        await putBack(client);
      });
      await untilAnswered(load, 20);
    },
  },
  olderTransaction("older transaction aborts", 0, { whole: 5, short: 1 }),
  // Longer than the alarm of a subscription's object after a notification.
  olderTransaction("older transaction aborts after 35 s", 35_000, { whole: 2, short: 0 }),
];
