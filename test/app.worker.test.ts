import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../src/lib/ids.ts";
import { DATABASE_FAILURES } from "./support/database-modes.ts";
import { alertsOf, api, call, createIntegration, deliver, withDatabase } from "./support/worker.ts";

describe("problems", () => {
  it.each([
    ["GET", "/nowhere", 404],
    ["GET", "/v1/nowhere", 404],
    ["DELETE", "/v1/alerts", 405],
    ["GET", "/v1/alerts?status=PURPLE", 400],
    ["GET", "/v1/alerts?limit=0", 400],
    ["GET", "/v1/alerts?limit=201", 400],
    ["GET", "/v1/alerts?since=yesterday", 400],
    ["GET", "/v1/alerts?cursor=nonsense", 400],
    ["GET", "/v1/alerts?cursor=OTk5OTk5OTk5OTk5OTk5IHg", 400],
    ["GET", "/v1/alerts?cursor=OTk5OTk5OTk5OTk5OTk5IDAxOTlhYWFhLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA", 400],
    ["GET", "/v1/alerts?query=%00", 400],
    ["GET", "/v1/alerts?integrationId=x", 400],
    ["GET", "/v1/alerts/x", 400],
    ["GET", `/v1/alerts/${newId()}`, 404],
    ["GET", `/v1/alerts/${newId()}/timeline`, 404],
    ["GET", "/v1/deliveries?status=LOST", 400],
    ["GET", `/v1/deliveries/${newId()}`, 404],
    ["GET", `/v1/deliveries/${newId()}/payload`, 404],
    ["GET", `/v1/integrations/${newId()}`, 404],
  ])("are the response to %s %s with %i, as RFC 9457 details", async (method, path, status) => {
    const reply = await api(method, path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.body).toMatchObject({
      type: expect.stringMatching(/^urn:tocsin:problem:/),
      title: expect.any(String),
      status,
    });
    expect(reply.body.instance).toBe(`urn:uuid:${reply.headers.get("x-request-id")}`);
  });

  it("point to each invalid field", async () => {
    const reply = await api("POST", "/v1/integrations", {
      provider: "nagios?",
      deduplicationWindowMinutes: -1,
      color: "red",
    });
    expect(reply.status).toBe(400);
    expect((reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer).toSorted()).toEqual([
      "/color",
      "/deduplicationWindowMinutes",
      "/name",
      "/provider",
    ]);
  });

  it.each([[{ name: "a\0b", provider: "generic" }], [{ name: "x", provider: "generic", ignore: ["/\0"] }]])(
    "reject %j, which Postgres cannot store, with 400",
    async (body) => {
      expect((await api("POST", "/v1/integrations", body)).body).toMatchObject({
        status: 400,
        type: "urn:tocsin:problem:invalid-request",
      });
    },
  );

  it("reject an XML body with 415", async () => {
    const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/xml" };
    const reply = await call("POST", "/v1/integrations", { headers, body: "<x/>" });
    expect([reply.status, reply.body.type]).toEqual([415, "urn:tocsin:problem:unsupported-media-type"]);
  });

  it.each(["{", "", "[]", "7"])("reject the body %j with 400", async (body) => {
    const reply = await call("POST", "/v1/integrations", {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" },
      body,
    });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  });

  it.each(DATABASE_FAILURES)("contain Retry-After while the database answers: %s", async (failure) => {
    const integration = await createIntegration();
    await withDatabase(failure, async () => {
      for (const [method, path, body] of [
        ["GET", "/v1/alerts"],
        ["GET", `/v1/integrations/${integration.id}`],
        ["POST", "/v1/integrations", { name: "x", provider: "generic" }],
        ["POST", "/v1/teams", { name: newId() }],
      ] as const) {
        const reply = await api(method, path, body);
        expect([path, reply.status, reply.body.type, reply.headers.get("retry-after")]).toEqual([
          path,
          503,
          "urn:tocsin:problem:unavailable",
          "5",
        ]);
      }
      expect((await deliver(integration, { title: "accepted meanwhile" })).status).toBe(202);
    });
    expect((await alertsOf(integration)).map(({ title }) => title)).toEqual(["accepted meanwhile"]);
  });
});
