/** `/mcp` with the client of the SDK, in the revision without sessions and in an older one. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { env, exports } from "cloudflare:workers";
import { fc } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { teams } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import type { Scope } from "../../src/lib/principal.ts";
import { TOOLS } from "../../src/mcp/tools/index.ts";
import { runs } from "../support/runs.ts";
import { api, call, createIntegration, deliver, flushed, type TestIntegration } from "../support/worker.ts";

const URL_OF_MCP = new URL("https://tocsin.test/mcp");
const READ_TOOLS = TOOLS.filter(({ scope }) => scope.endsWith(":read")).map(({ name }) => name);

let teamId = "";
let own: TestIntegration;
let foreign: TestIntegration;

beforeAll(async () => {
  teamId = newId();
  await connect(env).insert(teams).values({ id: teamId, name: "Payments" });
  own = await createIntegration({ teamId });
  foreign = await createIntegration();
});

const newKey = async (scopes: readonly Scope[], team: string | null = teamId): Promise<{ id: string; key: string }> =>
  (await api<{ id: string; key: string }>("POST", "/v1/api-keys", { name: "assistant", teamId: team, scopes })).body;

/** Connects a client. @param mode `auto`: the newest revision; `legacy`: the newest one with a handshake */
async function connectWith(key: string, mode: "auto" | "legacy" = "auto"): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(URL_OF_MCP, {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
    fetch: (url, init) => (exports as unknown as { default: Fetcher }).default.fetch(new Request(url, init)),
  });
  await client.connect(transport);
  expect(client.getProtocolEra()).toBe(mode === "auto" ? "modern" : "legacy");
  return client;
}

interface ToolResult<Data> {
  isError: boolean;
  text: string;
  data: Data;
}

async function use<Data = Record<string, unknown>>(
  client: Client,
  name: string,
  given: Record<string, unknown> = {},
): Promise<ToolResult<Data>> {
  const { isError = false, content, structuredContent } = await client.callTool({ name, arguments: given });
  const [first] = content;
  return { isError, text: first?.type === "text" ? first.text : "", data: structuredContent as Data };
}

/** Opens an alert. @returns its id and that of the delivery */
async function newAlert(
  integration: TestIntegration,
  title = "Disk full",
): Promise<{ id: string; deliveryId: string }> {
  const { body } = await deliver(integration, { id: newId(), title, severity: "high", service: newId() });
  await flushed(integration);
  return { id: body.alerts[0]?.id ?? "", deliveryId: body.deliveryId };
}

const rpc = (headers: Record<string, string>, body: unknown, path = "/mcp") =>
  call("POST", path, {
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

describe.each(["auto", "legacy"] as const)("the SDK's client in mode %s", (mode) => {
  it("does a day's work", async () => {
    const { id: keyId, key } = await newKey(["alerts:write", "deliveries:read"]);
    const client = await connectWith(key, mode);
    const alert = await newAlert(own);

    const listed = await use<{ data: { id: string }[] }>(client, "list_alerts", {
      query: `status:open integration:${own.id} disk`,
      limit: 1,
    });
    expect(listed.data.data.map(({ id }) => id)).toEqual([alert.id]);
    expect(JSON.parse(listed.text)).toEqual(listed.data);

    const acknowledged = await use<{ status: string; acknowledgedBy: object }>(client, "acknowledge_alert", {
      id: alert.id,
      note: "Looking into it.",
    });
    expect(acknowledged.data).toMatchObject({
      status: "ACKNOWLEDGED",
      acknowledgedBy: { type: "apiKey", id: keyId, name: "assistant" },
    });
    await use(client, "add_note", { id: alert.id, note: "Log rotation was off." });
    const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
    expect((await use(client, "snooze_alert", { id: alert.id, snoozedUntil })).data).toMatchObject({ snoozedUntil });
    expect((await use(client, "resolve_alert", { id: alert.id })).data).toMatchObject({ status: "RESOLVED" });
    expect((await use(client, "close_alert", { id: alert.id })).data).toMatchObject({ status: "CLOSED" });
    expect((await use(client, "reopen_alert", { id: alert.id })).data).toMatchObject({ status: "OPEN" });

    const timeline = await use<{ data: { type: string; note: string | null; actor: object }[] }>(
      client,
      "get_alert_timeline",
      { id: alert.id },
    );
    expect(timeline.data.data.map(({ type, note }) => [type, note])).toEqual([
      ["CREATED", null],
      ["ACKNOWLEDGED", "Looking into it."],
      ["NOTED", "Log rotation was off."],
      ["SNOOZED", null],
      ["RESOLVED", null],
      ["CLOSED", null],
      ["REOPENED", null],
    ]);
    expect(timeline.data.data[1]?.actor).toMatchObject({ type: "apiKey", id: keyId });
    expect((await use(client, "get_alert", { id: alert.id })).data).toMatchObject({ status: "OPEN" });
  });

  it("silences alerts, with a preview", async () => {
    const client = await connectWith((await newKey(["alerts:write"])).key, mode);
    const service = newId();
    await deliver(own, { id: newId(), title: "Slow", severity: "low", labels: { service } });
    await flushed(own);
    const matchers = [{ name: "service", value: service }];
    expect((await use(client, "preview_silence", { matchers })).data).toMatchObject({ count: 1, isAtLeast: false });
    const silence = {
      matchers,
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      comment: "Deploy",
      idempotencyKey: newId(),
    };
    const created = await use<{ id: string }>(client, "create_silence", silence);
    expect(created.data).toMatchObject({ state: "active", teamId, createdBy: { type: "apiKey", name: "assistant" } });
    // The repeat changes nothing.
    expect((await use(client, "create_silence", silence)).data).toEqual(created.data);
    const ofState = async (state: string) =>
      (await use<{ data: { id: string }[] }>(client, "list_silences", { state: [state], teamId })).data.data.map(
        ({ id }) => id,
      );
    expect(await ofState("active")).toContain(created.data.id);
    expect((await use(client, "expire_silence", { id: created.data.id })).data).toMatchObject({ state: "expired" });
    expect(await ofState("active")).not.toContain(created.data.id);
  });

  it("explains decisions", async () => {
    const client = await connectWith((await newKey(["alerts:read", "deliveries:read"])).key, mode);
    const body = { id: newId(), title: "CPU hot", severity: "low" };
    const first = await deliver(own, body);
    const repeat = await deliver(own, body);
    await call("POST", `/in/${own.id}`, {});
    await deliver({ ...own, secret: "d3Jvbmctc2VjcmV0LXdyb25nLXNlY3JldA==" }, { id: newId(), title: "forged" });
    await flushed(own);
    const explain = async (id: string) =>
      (
        await use<{ reason: string; meaning: string[]; whatToDo: string[]; duplicateOf: object; alerts: object[] }>(
          client,
          "explain_decision",
          { id },
        )
      ).data;

    expect(await explain(first.body.deliveryId)).toMatchObject({
      reason: expect.stringMatching(/^accepted: /) as string,
      duplicateOf: null,
      alerts: [{ id: first.body.alerts[0]?.id, title: "CPU hot", status: "OPEN" }],
      whatToDo: [],
    });
    expect(await explain(repeat.body.deliveryId)).toMatchObject({
      reason: expect.stringMatching(/^duplicate: same content/) as string,
      duplicateOf: { id: first.body.deliveryId },
      alerts: [{ id: first.body.alerts[0]?.id }],
    });
    const rejected = await use<{ data: { id: string; statusCode: number }[] }>(client, "list_deliveries", {
      query: "status:rejected",
      integrationId: own.id,
    });
    const { id = "" } = rejected.data.data.find(({ statusCode }) => statusCode === 401) ?? {};
    const rejection = await explain(id);
    expect(rejection.reason).toMatch(/signature/);
    expect(rejection.whatToDo.join(" ")).toContain("secret");
    const reasonsOf = async (query?: string) => {
      const given = { integrationId: own.id, ...(query !== undefined && { query }) };
      const { data } = await use<{ data: { reason: string }[] }>(client, "list_delivery_reasons", given);
      return data.data.map(({ reason }) => reason);
    };
    expect(await reasonsOf()).toContainEqual(rejection.reason);
    expect(await reasonsOf()).not.toContainEqual(expect.stringMatching(/^duplicate: /));
    expect(await reasonsOf("status:duplicate")).toContainEqual(expect.stringMatching(/^duplicate: /));
    expect((await use(client, "get_delivery", { id })).data).toMatchObject({ status: "REJECTED", statusCode: 401 });
  });
});

describe("the tools of a caller", () => {
  const namesFor = async (scopes: readonly Scope[]): Promise<string[]> => {
    const { tools } = await (await connectWith((await newKey(scopes)).key)).listTools();
    return tools.map(({ name }) => name);
  };

  it("are those of the scopes of the key", async () => {
    expect(await namesFor(["alerts:write", "deliveries:read"])).toEqual(TOOLS.map(({ name }) => name));
    expect(await namesFor(["alerts:read", "deliveries:read"])).toEqual(READ_TOOLS);
    expect(await namesFor(["deliveries:read"])).toEqual(READ_TOOLS.filter((name) => /deliver|explain/.test(name)));
    expect(await namesFor(["subscriptions:read"])).toEqual([]);
  });

  it("are annotated", async () => {
    const { tools } = await (await connectWith(env.ROOT_API_KEY)).listTools();
    const byName = new Map(tools.map(({ name, annotations }) => [name, annotations]));
    expect(byName.get("list_alerts")).toMatchObject({ readOnlyHint: true });
    expect(byName.get("acknowledge_alert")).toMatchObject({ readOnlyHint: false, destructiveHint: false });
    expect(byName.get("create_silence")).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  });

  it("fail without the scope, and change nothing", async () => {
    const client = await connectWith((await newKey(["alerts:read"])).key);
    const { id } = await newAlert(own);
    for (const [name, given] of [
      ["acknowledge_alert", { id }],
      ["add_note", { id, note: "x" }],
      ["create_silence", { matchers: [{ name: "a", value: "b" }], endsAt: "2099-01-01T00:00:00Z", comment: "x" }],
    ] as const) {
      const { isError, text } = await use(client, name, given);
      expect([name, isError, text]).toEqual([
        name,
        true,
        "Missing scope `alerts:write`. Use a key or role that has it.",
      ]);
    }
    expect((await api("GET", `/v1/alerts/${id}`)).body).toMatchObject({ status: "OPEN", version: 1 });
  });

  it("see only the teams of the key", async () => {
    const client = await connectWith((await newKey(["alerts:write", "deliveries:read"])).key);
    const { id, deliveryId } = await newAlert(foreign, "Of another team");
    const lists = await Promise.all([
      use<{ data: object[] }>(client, "list_alerts", { integrationId: foreign.id }),
      use<{ data: object[] }>(client, "list_deliveries", { integrationId: foreign.id }),
    ]);
    expect(lists.map(({ data }) => data.data)).toEqual([[], []]);
    for (const [name, given] of [
      ["get_alert", { id }],
      ["get_alert_timeline", { id }],
      ["resolve_alert", { id }],
      ["get_delivery", { id: deliveryId }],
      ["explain_decision", { id: deliveryId }],
    ] as const) {
      const { isError, text } = await use(client, name, given);
      expect([name, isError, text]).toEqual([name, true, expect.stringMatching(/^Unknown (alert|delivery)\./)]);
    }
    expect((await api("GET", `/v1/alerts/${id}`)).body.status).toBe("OPEN");
  });
});

describe("errors of tools", () => {
  it("are the problem of the API, with its fields", async () => {
    const client = await connectWith(env.ROOT_API_KEY);
    const query = await use<{ status: number }>(client, "list_alerts", { query: "status:opne" });
    expect(query).toMatchObject({ isError: true, data: { status: 400 } });
    expect(query.text).toMatch(/^Invalid `query` at offset 7: .+\n\/query: at offset 7/s);
    const { id } = await newAlert(own);
    await use(client, "close_alert", { id });
    const conflict = await use(client, "acknowledge_alert", { id });
    expect(conflict).toMatchObject({ isError: true, data: { status: 409, currentStatus: "CLOSED" } });
    const past = await use(client, "snooze_alert", { id, snoozedUntil: "2020-01-01T00:00:00Z" });
    expect(past.text).toContain("must be in the future");
  });

  it.each([
    ["list_alerts", { limit: 0 }],
    ["list_alerts", { limit: "many" }],
    ["list_alerts", { sort: "color" }],
    ["list_alerts", { nonsense: 1 }],
    ["get_alert", {}],
    ["get_alert", { id: "../api-keys" }],
    ["add_note", { id: newId() }],
    ["create_silence", { matchers: [], endsAt: "tomorrow", comment: "" }],
    [
      "create_silence",
      { matchers: [{ name: "a", value: "(", isRegex: true }], endsAt: "2099-01-01T00:00:00Z", comment: "x" },
    ],
  ])("say what is wrong with the arguments, without a stack: %s %j", async (name, given) => {
    const { isError, text } = await use(await connectWith(env.ROOT_API_KEY), name, given);
    expect(isError).toBe(true);
    expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
    expect(text.length).toBeLessThan(1000);
  });

  const argumentNames = [...new Set(TOOLS.flatMap(({ input }) => Object.keys(input.shape))), "__proto__", "x"];
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(newId(), "status:open", "2099-01-01T00:00:00Z", "\0", "😀"));

  it("are never internal, whatever the arguments", { timeout: 120_000 }, async () => {
    const client = await connectWith(env.ROOT_API_KEY);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TOOLS.map(({ name }) => name)),
        fc.dictionary(fc.constantFrom(...argumentNames), values, { maxKeys: 4 }),
        async (name, given) => {
          const { isError, text, data } = await use<{ status?: number } | undefined>(client, name, given);
          if (!isError) return;
          expect(text).not.toMatch(/^$|\bat .*:\d+:\d+/);
          expect(data?.status ?? 400).toBeLessThan(500);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("are of the protocol for an unknown tool", async () => {
    const client = await connectWith(env.ROOT_API_KEY);
    await expect(client.callTool({ name: "drop_database", arguments: {} })).rejects.toThrow(/drop_database not found/);
  });
});

describe("the transport", () => {
  const authorization = `Bearer ${env.ROOT_API_KEY}`;

  it("needs an API key: 401 with a challenge", async () => {
    const expired = await newKey(["alerts:read"]);
    await api("DELETE", `/v1/api-keys/${expired.id}`);
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${btoa(`x:${env.ROOT_API_KEY}`)}` },
      { authorization: `Bearer ${expired.key}` },
      { cookie: "tocsin.session_token=x" },
    ] as Record<string, string>[]) {
      const reply = await rpc(headers, LIST);
      expect([reply.status, reply.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="tocsin"']);
    }
  });

  it("rejects pages of other origins, whatever the host", async () => {
    for (const origin of ["https://evil.example", "https://tocsin.test", "null", "http://localhost:6274"]) {
      expect([origin, (await rpc({ authorization, origin }, LIST)).status]).toEqual([origin, 403]);
    }
    expect((await rpc({ authorization }, LIST)).status).toBe(200);
  });

  it.each(["GET", "DELETE", "PUT", "PATCH"])("has no %s: 405", async (method) => {
    const reply = await call(method, "/mcp", { headers: { authorization, accept: "text/event-stream" } });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  it("rejects what is not one JSON-RPC message", async () => {
    expect((await rpc({ authorization }, "{")).status).toBe(400);
    expect((await rpc({ authorization }, "")).status).toBe(400);
    expect((await rpc({ authorization }, [LIST, LIST])).status).toBe(400);
    expect((await rpc({ authorization }, {})).status).toBe(400);
    expect((await rpc({ authorization, "content-type": "text/plain" }, LIST)).status).toBe(415);
    expect((await rpc({ authorization, "content-type": "application/json; charset=utf-16" }, LIST)).status).toBe(415);
    expect((await rpc({ authorization, "content-encoding": "gzip" }, LIST)).status).toBe(415);
    expect((await rpc({ authorization, accept: "text/html" }, LIST)).status).toBe(406);
    expect((await rpc({ authorization }, { ...LIST, params: { x: "x".repeat(300_000) } })).status).toBe(413);
    expect((await rpc({}, LIST, `/mcp?key=${env.ROOT_API_KEY}`)).status).toBe(401);
    expect((await rpc({ authorization }, LIST, "/mcp?key=x")).status).toBe(400);
  });

  it("keeps no session, and its answers out of caches", async () => {
    const { headers } = await rpc({ authorization }, LIST);
    expect(headers.get("mcp-session-id")).toBeNull();
    expect(headers.get("cache-control")).toMatch(/no-store|no-cache/);
  });
});
