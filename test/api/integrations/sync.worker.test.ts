import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, like } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { sampleStart, syncSample } from "../../../src/api/integrations/sync-configs.ts";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { runSteps } from "../../../src/db/steps.ts";
import { newIntegrationId } from "../../../src/lib/ids.ts";
import {
  api,
  apiWith,
  createIntegration,
  objectOf,
  type TestIntegration,
  withLostCalls,
} from "../../support/worker.ts";

interface Synced {
  synced: number;
  failed: string[];
  nextCursor: string | null;
}

/** Inserts integrations by SQL, as a restored database or another jurisdiction has them: their objects have no config. */
async function insertIntegrations(count: number): Promise<string[]> {
  const { id } = await createIntegration();
  const [template] = await connect(env).select().from(integrations).where(eq(integrations.id, id));
  const rows = Array.from({ length: count }, (_, n) => ({ ...template!, id: newIntegrationId(), name: `by SQL ${n}` }));
  await connect(env).insert(integrations).values(rows);
  return rows.map((row) => row.id);
}

const namesOf = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await objectOf({ id }).config())?.name ?? null));

/** Syncs everything, page by page. */
async function syncAll(bindings: Env): Promise<Synced[]> {
  const pages: Synced[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const path: string = `/v1/integrations/sync${cursor && `?cursor=${cursor}`}`;
    const { status, body }: { status: number; body: Synced } = await apiWith<Synced>(bindings, "POST", path);
    expect(status).toBe(200);
    pages.push(body);
    cursor = body.nextCursor;
  }
  return pages;
}

async function loseStorage(integration: TestIntegration): Promise<void> {
  await runInDurableObject(objectOf(integration), (_, { storage }) => storage.deleteAll());
  await evictDurableObject(objectOf(integration));
  expect(await objectOf(integration).config()).toBeNull();
}

afterEach(async () => {
  await connect(env).delete(integrations).where(like(integrations.name, "by SQL %"));
});

describe("POST /v1/integrations/sync", () => {
  it("sends the config to an object that lost its storage", async () => {
    const integration = await createIntegration();
    await loseStorage(integration);
    const pages = await syncAll(env);
    expect(pages.flatMap(({ failed }) => failed)).toEqual([]);
    expect((await objectOf(integration).config())?.id).toBe(integration.id);
  });

  it("syncs 300 integrations page by page, and goes on past those that cannot be reached", async () => {
    const ids = await insertIntegrations(300);
    const lost = new Set([ids[3]!, ids[120]!, ids[299]!]);
    const pages = await syncAll(withLostCalls((name) => lost.has(name)));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap(({ failed }) => failed).toSorted()).toEqual([...lost].toSorted());
    const synced = pages.reduce((sum, page) => sum + page.synced, 0);
    expect(synced).toBeGreaterThanOrEqual(297);
    const unsynced = ids.filter((id) => !lost.has(id));
    expect(await namesOf(unsynced)).not.toContain(null);
    expect(await namesOf([...lost])).toEqual([null, null, null]);
  });

  it("records an audit event for each page, with the ids that failed", async () => {
    const { id } = await createIntegration();
    await syncAll(withLostCalls((name) => name === id));
    const { body } = await api<{ data: { after: { failed: string[] } }[] }>(
      "GET",
      "/v1/audit-events?action=integration.sync&limit=50",
    );
    expect(body.data.flatMap(({ after }) => after.failed)).toContain(id);
  });

  it("raises the version of a row that is older than the config of its object", async () => {
    const integration = await createIntegration();
    for (const name of ["two", "three"]) await api("PATCH", `/v1/integrations/${integration.id}`, { name });
    const restored = { version: 1, name: "restored" };
    await connect(env).update(integrations).set(restored).where(eq(integrations.id, integration.id));
    await syncAll(env);
    expect(await objectOf(integration).config()).toMatchObject({ version: 4, name: "restored" });
    const { body } = await api("GET", `/v1/integrations/${integration.id}`);
    expect(body).toMatchObject({ version: 4, name: "restored" });
  });

  it("rejects an unknown cursor", async () => {
    expect((await api("POST", "/v1/integrations/sync?cursor=x")).status).toBe(400);
  });
});

describe("syncSample", () => {
  const run = (bindings: Env) => runSteps(bindings, [syncSample(bindings, Date.now())], 60_000);

  it("goes on with all integrations when one of the sample is behind, past failures", async () => {
    await syncAll(env);
    const ids = await insertIntegrations(120);
    const [failing = ""] = ids;
    expect(await run(withLostCalls((name) => name === failing))).toEqual({
      counts: { configs: 119 },
      errors: {},
      left: [],
    });
    expect(await namesOf([failing])).toEqual([null]);
    expect(await namesOf(ids.slice(1))).not.toContain(null);
    await syncAll(env);
    expect(await run(env)).toEqual({ counts: { configs: 0 }, errors: {}, left: [] });
  });

  it("visits every part of the integrations within days", () => {
    const starts = Array.from({ length: 50 }, (_, n) => sampleStart(n)).toSorted((a, b) => a - b);
    const gaps = starts.map((start, index) => (starts[index + 1] ?? 1) - start);
    expect(Math.max(...gaps)).toBeLessThan(0.05);
  });
});
