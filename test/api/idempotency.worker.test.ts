import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { purgeAnswers } from "../../src/api/idempotency.ts";
import { runSteps } from "../../src/db/steps.ts";
import { connect } from "../../src/db/client.ts";
import { idempotencyKeys } from "../../src/db/schema.ts";
import { DAY, MINUTE } from "../../src/lib/time.ts";
import { api, call, createIntegration } from "../support/worker.ts";

const create = (key: string, body: object, apiKey = env.ROOT_API_KEY) =>
  call("POST", "/v1/integrations", {
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ provider: "generic", ...body }),
  });

describe("Idempotency-Key", () => {
  it("replays the first response with its secret, and changes nothing", async () => {
    const key = crypto.randomUUID();
    const [first, second] = [await create(key, { name: "once" }), await create(key, { name: "once" })];
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    for (const name of ["location", "etag", "content-type"])
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    const stored = JSON.stringify(await connect(env).select().from(idempotencyKeys));
    expect(stored).not.toContain(first.body.secret);
    expect(stored).not.toContain(key);
  });

  it("rejects a known key with another body", async () => {
    const key = crypto.randomUUID();
    await create(key, { name: "one" });
    expect((await create(key, { name: "another" })).status).toBe(422);
  });

  it("rejects a known key with another query", async () => {
    const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "idempotency-key": crypto.randomUUID() };
    const sync = (query: string) => call("POST", `/v1/integrations/sync${query}`, { headers });
    expect((await sync("")).status).toBe(200);
    expect((await sync(`?cursor=${crypto.randomUUID()}`)).status).toBe(422);
    expect((await sync("")).headers.get("idempotency-replayed")).toBe("true");
  });

  it("runs one of many concurrent requests", async () => {
    const key = crypto.randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => create(key, { name: "storm" })));
    expect(replies.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const created = replies.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(new Set(created).size).toBe(1);
  });

  it("accepts a key again after its request was rejected", async () => {
    const key = crypto.randomUUID();
    expect((await create(key, {})).status).toBe(400);
    expect((await create(key, { name: "now valid" })).status).toBe(201);
  });

  it("keeps the keys of different callers apart", async () => {
    const key = crypto.randomUUID();
    const { body } = await api<{ key: string }>("POST", "/v1/api-keys", {
      name: "test",
      scopes: ["integrations:write"],
    });
    const first = await create(key, { name: "x" });
    const theirs = await create(key, { name: "x" }, body.key);
    expect([theirs.status, theirs.body.id === first.body.id]).toEqual([201, false]);
  });

  it("runs a repeat when the first request never finished", async () => {
    const key = crypto.randomUUID();
    await create(key, { name: "x" });
    await connect(env)
      .update(idempotencyKeys)
      .set({ statusCode: null, createdAt: new Date(Date.now() - 2 * MINUTE) });
    const again = await create(key, { name: "x" });
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
  });

  it("replays every kind of change", async () => {
    const { id } = await createIntegration();
    const change = (method: string, path: string, key: string, body?: object) =>
      call(method, path, {
        headers: {
          authorization: `Bearer ${env.ROOT_API_KEY}`,
          "content-type": "application/json",
          "idempotency-key": key,
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    const path = `/v1/integrations/${id}`;
    const key = crypto.randomUUID();
    const first = await change("PATCH", path, key, { name: "renamed" });
    const again = await change("PATCH", path, key, { name: "renamed" });
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([200, first.body, '"2"']);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await change("PATCH", path, key, { name: "other" })).status).toBe(422);
    // The same key with another method is another request.
    expect((await change("DELETE", path, key)).status).toBe(204);
    expect((await change("DELETE", path, key)).status).toBe(204);
    expect((await change("DELETE", path, crypto.randomUUID())).status).toBe(404);
  });

  it("does not replay a response after a day, although the daily run has not removed it", async () => {
    const key = crypto.randomUUID();
    const first = await create(key, { name: "first" });
    await connect(env)
      .update(idempotencyKeys)
      .set({ createdAt: new Date(Date.now() - DAY - MINUTE) });
    const second = await create(key, { name: "second" });
    expect([second.status, second.headers.get("idempotency-replayed")]).toEqual([201, null]);
    expect(second.body.id).not.toBe(first.body.id);
    const third = await create(key, { name: "second" });
    expect([third.headers.get("idempotency-replayed"), third.body.id]).toEqual(["true", second.body.id]);
  });

  it("rejects a key that is too long", async () => {
    expect((await create("x".repeat(256), { name: "x" })).status).toBe(400);
  });
});

describe("purgeAnswers", () => {
  it("deletes keys older than a day", async () => {
    await create(crypto.randomUUID(), { name: "x" });
    await runSteps(env, [purgeAnswers(Date.now() + 2 * DAY)], 0);
    expect(await connect(env).select().from(idempotencyKeys)).toEqual([]);
  });
});
