import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/app.ts";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { readExposition } from "../../support/exposition.ts";
import { api, createIntegration, deliver } from "../../support/worker.ts";
import { samplesOf } from "./samples.ts";

// A scrape calls every integration, and earlier test files leave many.
beforeAll(async () => {
  await connect(env)
    .update(integrations)
    .set({ deletedAt: new Date(0) });
});

const METRICS_KEY = "a-key-for-prometheus-alone";

async function get(headers: Record<string, string>, given: Partial<Env> = { METRICS_KEY }, path = "/metrics") {
  const context = createExecutionContext();
  const request = new Request(`https://tocsin.test${path}`, { headers });
  const response = await createApp().fetch(request, { ...env, ...given }, context);
  await waitOnExecutionContext(context);
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("GET /metrics", () => {
  const newKey = async (fields: object) =>
    (await api<{ key: string }>("POST", "/v1/api-keys", { name: "Prometheus", ...fields })).body.key;

  it("accepts METRICS_KEY, which no other route accepts", async () => {
    const { status, type, text } = await get(bearer(METRICS_KEY));
    expect([status, type]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(readExposition(text).has("tocsin_build_info")).toBe(true);
    for (const path of ["/v1/stats", "/v1/alerts", "/v1/deliveries", "/v1/session"]) {
      expect((await get(bearer(METRICS_KEY), undefined, path)).status).toBe(401);
    }
  });

  it("requires `deliveries:read` on the whole platform of an API key", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" });
    for (const [fields, status] of [
      [{ scopes: ["deliveries:read"] }, 200],
      [{ scopes: ["alerts:read"] }, 403],
      [{ scopes: ["deliveries:read"], teamId: team.id }, 403],
    ] as const) {
      expect((await get(bearer(await newKey(fields)))).status).toBe(status);
    }
    expect((await get(bearer(env.ROOT_API_KEY), {})).status).toBe(200);
  });

  it("rejects all unauthenticated requests with the same 401, whether METRICS_KEY is set or not", async () => {
    const replies = [
      await get({}),
      await get(bearer("a guess")),
      await get(bearer(METRICS_KEY.slice(1))),
      await get(bearer(METRICS_KEY), {}),
      await get(bearer(""), { METRICS_KEY: "" }),
      await get({ authorization: METRICS_KEY }),
    ];
    const withoutId = ({ status, type, text }: (typeof replies)[number]) => [
      status,
      type,
      text.replace(/urn:uuid:[\w-]+/, ""),
    ];
    for (const reply of replies) expect(withoutId(reply)).toEqual(withoutId(replies[0]!));
    expect(replies[0]?.status).toBe(401);
  });

  it("returns a cached scrape for five seconds", async () => {
    const NOW = Date.now();
    const getAt = async (now: number) => {
      const clock = vi.spyOn(Date, "now").mockReturnValue(now);
      const { text } = await get(bearer(METRICS_KEY));
      clock.mockRestore();
      return text;
    };
    const integration = await createIntegration();
    await getAt(NOW);
    const text = await getAt(NOW + 60_000);
    expect(samplesOf(readExposition(text), "deliveries_total", integration).accepted).toBe(0);
    await deliver(integration, { title: "a" });
    expect(await getAt(NOW + 64_999)).toBe(text);
    expect(samplesOf(readExposition(await getAt(NOW + 65_000)), "deliveries_total", integration).accepted).toBe(1);
  });
});
