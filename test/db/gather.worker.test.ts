/** Reads that start together, through the client of Drizzle and the Neon endpoint. */
import type { NeonDbError } from "@neondatabase/serverless";
import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connectGathering } from "../../src/db/client.ts";
import { teams } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import { requestsOf } from "../support/own-sql.ts";
import { withDatabase } from "../support/worker.ts";

const one = sql`select 1 as n`;
const numbers = (from: number, to: number) => sql`select n from generate_series(${from}::int, ${to}::int) as n`;

describe("reads that start together", () => {
  it("take one request, and each gets its own rows", async () => {
    const db = connectGathering(env);
    const requests = await requestsOf(async () => {
      const [first, rows, [two, three]] = await Promise.all([
        db.execute<{ n: number }>(one),
        db.select({ id: teams.id }).from(teams).where(eq(teams.id, newId())),
        db.batch([
          db.execute<{ n: number }>(numbers(2, 3)),
          db.select({ n: sql<number>`3` }).from(sql`generate_series(1, 2)`),
        ]),
      ]);
      expect([first.rows, rows, two.rows, three]).toEqual([[{ n: 1 }], [], [{ n: 2 }, { n: 3 }], [{ n: 3 }, { n: 3 }]]);
    });
    expect(requests.map((statements) => statements.length)).toEqual([4]);
  });

  it("take another request when they start after an answer", async () => {
    const db = connectGathering(env);
    const requests = await requestsOf(async () => {
      await db.execute(one);
      await db.execute(one);
    });
    expect(requests).toHaveLength(2);
  });

  it("fail on their own: an error of one is not the error of another", async () => {
    const db = connectGathering(env);
    const [good, bad, list] = await Promise.allSettled([
      db.execute(one),
      db.execute(sql`select 1 / 0`),
      db.select({ id: teams.id }).from(teams).where(eq(teams.id, newId())),
    ]);
    expect([good.status, bad.status, list.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const { cause } = (bad as PromiseRejectedResult).reason as { cause: NeonDbError };
    expect(cause.code).toBe("22012");
  });

  it("all fail, without further requests, when Postgres does not answer", async () => {
    const db = connectGathering(env);
    await withDatabase("down", async () => {
      const requests = await requestsOf(async () => {
        const settled = await Promise.allSettled([db.execute(one), db.execute(one)]);
        expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      });
      expect(requests).toHaveLength(1);
    });
  });
});

describe("statements that do not only read", () => {
  it("take requests of their own: writes, locks and batches with a timeout", async () => {
    const db = connectGathering(env);
    const id = newId();
    const now = new Date();
    const requests = await requestsOf(() =>
      Promise.all([
        db.execute(one),
        db.execute(one),
        db.insert(teams).values({ id, name: "Gathered", createdAt: now, updatedAt: now }),
        db.execute(sql`select pg_advisory_xact_lock(1)`),
        db.execute(sql`select id from teams where id = ${id}::uuid for update`),
        db.batch([db.execute(sql`select set_config('statement_timeout', '5s', true)`), db.execute(one)]),
      ]),
    );
    expect(requests.map((statements) => statements.length).toSorted()).toEqual([1, 1, 1, 2, 2]);
    await db.delete(teams).where(eq(teams.id, id));
  });
});
