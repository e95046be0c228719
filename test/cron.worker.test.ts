import {
  createScheduledController,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { purgeAnswers } from "../src/api/idempotency.ts";
import { runDaily } from "../src/cron.ts";
import { connect } from "../src/db/client.ts";
import { auditEvents, idempotencyKeys, subscriptions } from "../src/db/schema.ts";
import { type Step, step } from "../src/db/steps.ts";
import worker from "../src/index.ts";
import { DAY, MINUTE } from "../src/lib/time.ts";
import { Endpoint, only } from "./api/subscriptions/endpoint.ts";
import { requestsOf } from "./support/own-sql.ts";
import {
  api,
  countDatabaseRequests,
  createIntegration,
  deliver,
  flushed,
  until,
  withDatabase,
} from "./support/worker.ts";

const daily = () => worker.scheduled(createScheduledController({ cron: "17 3 * * *" }), env);

/** The lines that were logged. */
const linesOf = (logged: { mock: { calls: unknown[][] } }) =>
  logged.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

/** Whether the object of a subscription has tables. */
const hasTables = (id: string) =>
  runInDurableObject(
    env.SUBSCRIPTIONS.getByName(id),
    (_, { storage }) =>
      [...storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")]
        .length > 0,
  );

describe("the daily run", () => {
  it("costs one request to Postgres when there is nothing to do", async () => {
    await connect(env).delete(auditEvents);
    await daily();
    expect(await requestsOf(daily)).toHaveLength(1);
  });

  it("continues while a job has work", async () => {
    const integration = await createIntegration();
    await connect(env).$client.query(
      `insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision, headers, received_at)
       select gen_random_uuid(), $1, n, 'ACCEPTED', 202, '[]', '{}', '{}', now() - interval '1000 days'
       from generate_series(1, 2500) n`,
      [integration.id],
    );
    const logged = vi.spyOn(console, "info");
    await daily();
    expect(linesOf(logged)).toContainEqual(
      expect.objectContaining({ message: "daily run", deliveries: 2500, left: "" }),
    );
  });

  it("runs every job although one fails, and fails itself", async () => {
    const now = Date.now();
    const old = { id: "an old key", requestHash: "", createdAt: new Date(now - 2 * DAY) };
    await connect(env).insert(idempotencyKeys).values(old);
    const logged = vi.spyOn(console, "error");
    const failing: Step = step(
      "failing",
      (db) => [db.execute("select 1 / 0")],
      () => ({ count: 0, next: null }),
    );
    const unfinished: Step = {
      ...failing,
      job: "unfinished",
      statements: () => [],
      finish: () => Promise.reject(new Error("with a secret")),
    };
    const run = runDaily(env, now, MINUTE, [failing, purgeAnswers(now), unfinished]);
    await expect(run).rejects.toThrow("daily run failed: failing, unfinished");
    expect(await connect(env).select().from(idempotencyKeys).where(eq(idempotencyKeys.id, old.id))).toEqual([]);
    const lines = linesOf(logged).filter(({ message }) => message === "daily run failed");
    expect(lines).toMatchObject([{ answers: 1, error: expect.stringMatching(/^failing: /) }]);
    expect(JSON.stringify(logged.mock.calls)).not.toContain("with a secret");
  });

  it("names every job while the database is down", async () => {
    await withDatabase("down", async () => {
      await expect(daily()).rejects.toThrow(
        "daily run failed: signIns, answers, silences, subscriptions, configs, deliveries",
      );
    });
  });

  it("empties the object of a subscription whose deletion it has missed", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration));
    await until(() => hasTables(id));
    await api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: false });
    await connect(env).delete(subscriptions);
    await daily();
    expect(await until(async () => !(await hasTables(id)))).toBe(true);
  });
});

describe("an idle deployment", () => {
  it("makes no request to Postgres, also when the alarms of a day run", async () => {
    // Objects of earlier tests may have rows that they cannot write, or heartbeats that are missed now. Their alarms make requests.
    await reset();
    const [endpoint, integration] = [new Endpoint(), await createIntegration({ shards: 2, heartbeatMinutes: 5 })];
    const { id } = await endpoint.subscribe(only(integration));
    for (const key of ["a", "b", "c"]) await deliver(integration, { id: key, title: "T" });
    await flushed(integration);
    await endpoint.waitFor(3);
    const objects: DurableObjectStub[] = [
      env.INTEGRATIONS.getByName(integration.id),
      env.INTEGRATIONS.getByName(`${integration.id}/1`),
      env.SUBSCRIPTIONS.getByName(id),
    ];
    const isDue = async (object: DurableObjectStub) => {
      const alarm = await runInDurableObject(object, (_, { storage }) => storage.getAlarm());
      return alarm !== null && alarm < Date.now() + DAY;
    };
    const runAlarms = async () => {
      for (const object of objects) {
        if (await isDue(object)) await runDurableObjectAlarm(object);
        await evictDurableObject(object);
      }
    };
    // The subscription has no work left but to forget attempts, so a new instance of its object does not read the timeline.
    await until(async () => !(await isDue(objects[2]!)));
    for (let round = 0; round < 3; round++) expect(await countDatabaseRequests(runAlarms)).toBe(0);
  });
});
