import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { REJECTION_CLASSES, rejectionClassOf } from "../../../src/alerts/rejection-class.ts";
import {
  addTotals,
  laterTotals,
  NO_TOTALS,
  readTotals,
  type Totals,
  writeTotals,
} from "../../../src/objects/integration/totals.ts";
import {
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  withDatabase,
} from "../../support/worker.ts";

const totalsOf = async (integration: TestIntegration): Promise<Totals> =>
  (await objectOf(integration).getStats()).totals;

const taken = { title: "a" };
const stranger = ({ id }: TestIntegration) => ({ id, secret: "not it" });

describe("totals", () => {
  const some = fc.array(fc.nat(), { minLength: 8, maxLength: 8 }).map((values) => readTotals(JSON.stringify(values)));

  property.prop([some])("are read as they were written", (totals) => {
    expect(readTotals(writeTotals(totals))).toEqual(totals);
  });

  property.prop([some, some])("never fall when something is added, nor when the later of two is taken", (one, more) => {
    for (const sum of [addTotals(one, more), laterTotals(one, more)]) {
      for (const field of Object.keys(one) as (keyof Totals)[]) expect(sum[field]).toBeGreaterThanOrEqual(one[field]);
    }
  });

  it("are nothing before the first delivery, and what an older version did not count is nothing yet", () => {
    expect(readTotals(null)).toEqual(NO_TOTALS);
    expect(readTotals("[5,1]")).toEqual({ ...NO_TOTALS, takenAt: 5, accepted: 1 });
  });

  it("put every refusal into a class", () => {
    expect([400, 401, 410, 413, 415, 429, 503, 404].map(rejectionClassOf)).toEqual([
      "body",
      "verification",
      "disabled",
      "body",
      "body",
      "unavailable",
      "unavailable",
      "other",
    ]);
    expect(REJECTION_CLASSES).toContain(rejectionClassOf(500));
  });
});

describe("an object's totals", () => {
  it("count every delivery by what became of it", async () => {
    const integration = await createIntegration();
    const before = Date.now();
    await deliver(integration, taken);
    await deliver(integration, taken);
    await deliver(integration, "{ no JSON");
    await deliver(stranger(integration), taken);
    await deliver(stranger(integration), taken);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    await deliver(integration, taken);
    const { takenAt, ...counts } = await totalsOf(integration);
    expect(counts).toEqual({
      accepted: 1,
      duplicate: 1,
      verification: 2,
      body: 1,
      disabled: 1,
      unavailable: 0,
      other: 0,
    });
    expect(takenAt).toBeGreaterThanOrEqual(before);
  });

  it("are as many as the rows in Postgres, also where one row says that others were left out", async () => {
    const integration = await createIntegration();
    await deliver(integration, taken);
    const config = (await objectOf(integration).config())!;
    const rejection = {
      id: crypto.randomUUID(),
      configVersion: config.version,
      request: {
        columns: '{"headers":{},"body_bytes":0,"is_body_cut":false,"received_at":"2026-01-01T00:00:00Z"}',
        bodyKind: "none" as const,
      },
      body: new Uint8Array(),
      statusCode: 401,
      reason: "a stranger",
      isVerified: false,
      verification: {},
      omittedBefore: 7,
    };
    await objectOf(integration).reject(rejection);
    expect(await totalsOf(integration)).toMatchObject({ accepted: 1, verification: 8 });
    expect(await deliveriesOf(integration)).toHaveLength(2);
  });

  it("do not take a replay for a sign of life", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, taken);
    await flushed(integration);
    const { takenAt } = await totalsOf(integration);
    expect((await api("POST", `/v1/deliveries/${body.deliveryId}/replay`, {})).status).toBe(202);
    expect(await totalsOf(integration)).toMatchObject({ accepted: 2, takenAt });
  });

  it("are the same after it slept, whether Postgres has the deliveries or not", async () => {
    const integration = await createIntegration();
    await deliver(integration, taken);
    await deliver(stranger(integration), taken);
    await flushed(integration);
    const flushedTotals = await totalsOf(integration);
    await evictDurableObject(objectOf(integration));
    expect(await totalsOf(integration)).toEqual(flushedTotals);
    await withDatabase("down", async () => {
      await deliver(integration, { title: "b" });
      await deliver(integration, { title: "c" });
      const waiting = await totalsOf(integration);
      expect(waiting.accepted).toBe(3);
      await evictDurableObject(objectOf(integration));
      expect(await totalsOf(integration)).toEqual(waiting);
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect((await totalsOf(integration)).accepted).toBe(3);
  });

  it("are the same after rows were set aside and tried again", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      for (const title of ["a", "b"]) await deliver(integration, { title });
      await runInDurableObject(objectOf(integration), (_, { storage }) => {
        storage.sql.exec(`UPDATE outbox SET delivery = replace(delivery, '"ACCEPTED"', '"NONSENSE"')`);
      });
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect((await totalsOf(integration)).accepted).toBe(2);
    await withDatabase("down", async () => {
      await deliver(integration, { title: "c" });
      expect((await api("POST", `/v1/integrations/${integration.id}/quarantine/retry`, {})).status).not.toBe(200);
      const { quarantined } = await objectOf(integration).getStats();
      expect(await objectOf(integration).retryQuarantine(null)).toBe(quarantined);
      await evictDurableObject(objectOf(integration));
      expect((await totalsOf(integration)).accepted).toBe(3);
    });
  });

  it("begin at nothing in an object that knew no totals", async () => {
    const integration = await createIntegration();
    await deliver(integration, taken);
    await flushed(integration);
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      // As the version before wrote it.
      storage.sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('last_row', 1)");
    });
    await evictDurableObject(objectOf(integration));
    expect(await totalsOf(integration)).toEqual(NO_TOTALS);
    expect((await deliver(integration, { title: "b" })).status).toBe(202);
    expect((await deliveriesOf(integration)).map(({ sequence }) => sequence)).toEqual([2, 1]);
  });
});
