import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { api, call, createIntegration, deliver, flushed } from "../support/worker.ts";

interface Problem {
  type: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}

const root = { authorization: `Bearer ${env.ROOT_API_KEY}` };
const json = { ...root, "content-type": "application/json" };

describe("a PATCH without a change", () => {
  it("is rejected by every resource, and raises no version", async () => {
    const integration = await createIntegration();
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "x" });
    const user = await api<{ id: string }>("POST", "/v1/users", { name: "x", email: `${crypto.randomUUID()}@x.test` });
    const subscription = await api<{ id: string }>("POST", "/v1/subscriptions", { name: "x", url: "https://x.test/" });
    const paths = [
      `/v1/integrations/${integration.id}`,
      `/v1/teams/${team.body.id}`,
      `/v1/users/${user.body.id}`,
      `/v1/subscriptions/${subscription.body.id}`,
    ];
    for (const path of paths) {
      const { headers } = await api("GET", path);
      for (const init of [{ headers: json, body: "{}" }, { headers: json }, { headers: root }]) {
        const { status, body } = await call<Problem>("PATCH", path, init);
        expect([path, status, body.errors]).toEqual([path, 400, [{ pointer: "", detail: "nothing to change" }]]);
      }
      expect((await api("GET", path)).headers.get("etag")).toBe(headers.get("etag"));
    }
  });

  it("is rejected for an alert", async () => {
    const { status, body } = await call<Problem>("PATCH", `/v1/alerts/${crypto.randomUUID()}`, { headers: json });
    expect([status, body.errors]).toEqual([400, [{ pointer: "", detail: expect.stringContaining("`snoozedUntil`") }]]);
  });
});

describe("an empty body", () => {
  it("is no body where the body is optional, whatever the content type", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { title: "x" });
    await flushed(integration);
    const path = `/v1/deliveries/${body.deliveryId}/replay`;
    expect((await call("POST", path, { headers: json })).status).toBe(202);
    expect((await call("POST", path, { headers: { ...json, "idempotency-key": "k" } })).status).toBe(202);
    expect((await call("POST", path, { headers: root })).status).toBe(202);
    expect((await call("POST", path, { headers: json, body: "{" })).status).toBe(400);
  });

  it("is rejected with the missing fields where the body is required", async () => {
    const { status, body } = await call<Problem>("POST", "/v1/teams", { headers: json });
    expect([status, body.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/name"]]);
  });
});

describe("the problem of an invalid request", () => {
  it.each([
    ["status=open", "/status/0", /"OPEN"\|"ACKNOWLEDGED"\|"RESOLVED"\|"CLOSED"/],
    ["severity=critical&severity=LOW", "/severity/0", /"CRITICAL"\|"HIGH"/],
    ["limit=abc", "/limit", /^expected a whole number from 1 to 200$/],
    ["limit=0", "/limit", /^expected a whole number from 1 to 200$/],
    ["limit=1.5", "/limit", /^expected a whole number from 1 to 200$/],
    ["limit=1&limit=2", "/limit", /^expected a whole number from 1 to 200$/],
  ])("names the allowed values: ?%s", async (query, pointer, detail) => {
    const { status, body } = await call<Problem>("GET", `/v1/alerts?${query}`, { headers: root });
    expect([status, body.errors]).toEqual([400, [{ pointer, detail: expect.stringMatching(detail) }]]);
  });

  it("names the allowed values of a row", async () => {
    const { id } = await createIntegration();
    const { body } = await call<Problem>("GET", `/v1/integrations/${id}/quarantine/first`, { headers: root });
    expect(body.errors).toEqual([{ pointer: "/row", detail: "expected a whole number from 1" }]);
  });

  it("names every unknown field", async () => {
    const { body } = await api<Problem>("POST", "/v1/teams", { name: "x", colour: 1, "a/b": 2 });
    expect(body.errors).toEqual([
      { pointer: "/colour", detail: "unknown field" },
      { pointer: "/a~1b", detail: "unknown field" },
    ]);
  });

  it.each([
    ["integrations", "unknown field; send it to `POST /v1/integrations/{id}/rotate-secret`"],
    ["subscriptions", "unknown field; rotate it with `POST /v1/subscriptions/{id}/rotate-secret`"],
  ])("names the operation that sets a secret: %s", async (resource, detail) => {
    const path = `/v1/${resource}/${crypto.randomUUID()}`;
    const { status, body } = await call<Problem>("PATCH", path, {
      headers: json,
      body: JSON.stringify({ secret: "a secret of the source", other: 1 }),
    });
    expect([status, body.errors]).toEqual([
      400,
      [
        { pointer: "/secret", detail },
        { pointer: "/other", detail: "unknown field" },
      ],
    ]);
  });

  it("asks for JSON", async () => {
    const headers = { ...root, "content-type": "text/plain" };
    const { status, body } = await call<Problem>("POST", "/v1/teams", { headers, body: "x" });
    expect([status, body.detail]).toEqual([
      415,
      "Unsupported media type. Send JSON, with `Content-Type: application/json`.",
    ]);
  });

  it.each([
    ["content-encoding", "gzip", 415, "Unsupported Content-Encoding. Send the body without one."],
    ["content-type", "application/json; charset=iso-8859-1", 415, "Unsupported charset. Send JSON in UTF-8."],
    ["content-encoding", "identity", 400, "Request body is not UTF-8. Send JSON in UTF-8."],
    ["content-type", "application/json; charset=UTF8", 400, "Request body is not UTF-8. Send JSON in UTF-8."],
  ])("asks for UTF-8 without a Content-Encoding: %s: %s", async (name, value, expected, detail) => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"name":"M'),
      0xfc,
      ...new TextEncoder().encode('nchen"}'),
    ]);
    for (const path of ["/v1/teams", "/v1/session"]) {
      const reply = await call<Problem>("POST", path, { headers: { ...json, [name]: value }, body });
      expect([reply.status, reply.body.detail]).toEqual([expected, detail]);
    }
  });

  it("reports malformed JSON", async () => {
    const { status, body } = await call<Problem>("POST", "/v1/teams", { headers: json, body: '{"name":' });
    expect([status, body.detail]).toEqual([400, "Malformed JSON in the request body. Send valid JSON."]);
  });
});
