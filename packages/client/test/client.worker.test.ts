import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createTocsinClient, type Schemas } from "../src/index.ts";
import { deliver, flushed } from "../../../test/support/worker.ts";

const worker = (exports as unknown as { default: Fetcher }).default;

const clientWith = (apiKey?: string) =>
  createTocsinClient({
    baseUrl: "https://tocsin.test",
    ...(apiKey !== undefined && { apiKey }),
    fetch: (request) => worker.fetch(request),
  });

const client = clientWith(env.ROOT_API_KEY);

async function createIntegration(): Promise<Schemas["CreatedIntegration"] & { secret: string }> {
  const { data, error } = await client.POST("/v1/integrations", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { name: "Typed", provider: "generic" },
  });
  if (!data) throw new Error(error.detail);
  return { ...data, secret: data.secret ?? "" };
}

describe("the typed client", () => {
  it("creates an integration, lists its alerts, changes one and gets its delivery", async () => {
    const source = await createIntegration();
    expect(source).toMatchObject({ name: "Typed", deduplicationWindowMinutes: 15, secret: expect.any(String) });
    const sent = await deliver(source, { title: "Disk full", severity: "critical", labels: { service: "checkout" } });
    await flushed(source);

    const { data: page } = await client.GET("/v1/alerts", {
      params: {
        query: { integrationId: source.id, status: ["OPEN", "ACKNOWLEDGED"], label: ["service=checkout"], limit: 5 },
      },
    });
    expect(page).toMatchObject({ data: [{ title: "Disk full", severity: "CRITICAL" }], nextCursor: null });
    const none = await client.GET("/v1/alerts", {
      params: { query: { integrationId: source.id, label: ["service=other"] } },
    });
    expect(none.data?.data).toEqual([]);

    const { data: delivery } = await client.GET("/v1/deliveries/{id}", {
      params: { path: { id: sent.body.deliveryId } },
    });
    expect(delivery).toMatchObject({ status: "ACCEPTED", alertId: page?.data[0]?.id });

    const changed = await client.PATCH("/v1/alerts/{id}", {
      params: { path: { id: page?.data[0]?.id ?? "" } },
      body: { status: "ACKNOWLEDGED" },
    });
    expect(changed.data?.status).toBe("ACKNOWLEDGED");
  });

  it("returns problem details for an error status", async () => {
    const { data, error, response } = await client.GET("/v1/alerts/{id}", {
      params: { path: { id: crypto.randomUUID() } },
    });
    expect([data, response.status, error?.type]).toEqual([undefined, 404, "urn:tocsin:problem:not-found"]);
  });

  it("calls public operations without a key", async () => {
    const anonymous = clientWith();
    expect((await anonymous.GET("/healthz")).data).toEqual({ status: "ok", version: expect.stringMatching(/./) });
    expect((await anonymous.GET("/v1/alerts")).response.status).toBe(401);
  });

  it("does not compile a request that the API would reject", () => {
    // For the type check only: it is never called.
    const unused = async () => {
      // @ts-expect-error unknown severity
      await client.GET("/v1/alerts", { params: { query: { severity: ["PURPLE"] } } });
      // @ts-expect-error unknown path
      await client.GET("/v1/nowhere");
      // @ts-expect-error missing name
      await client.POST("/v1/integrations", { body: { provider: "generic" } });
    };
    expect(unused).toEqual(expect.any(Function));
  });
});
