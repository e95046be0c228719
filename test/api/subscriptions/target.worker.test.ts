import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { credentialsContext } from "../../../src/objects/subscription/credentials.ts";
import { openSecretBox } from "../../../src/lib/secret-box.ts";
import { api } from "../../support/worker.ts";
import { Endpoint, NOTHING } from "./endpoint.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const SECRET = "Bearer token-of-the-endpoint";

interface Shown {
  id: string;
  preset: string | null;
  presetKey: string | null;
  headers: Record<string, string>;
  expression: string | null;
}

const create = (settings: Record<string, unknown>) =>
  api<{ detail: string; errors: { pointer: string; detail: string }[] }>("POST", "/v1/subscriptions", {
    name: "x",
    url: "https://endpoint.test",
    ...NOTHING,
    ...settings,
  });

const change = (id: string, settings: Record<string, unknown>) =>
  api<Shown & { errors: { pointer: string }[] }>("PATCH", `/v1/subscriptions/${id}`, settings);

/** The headers of the last message that an endpoint received. */
async function sentHeaders(endpoint: Endpoint, id: string): Promise<Record<string, string>> {
  await api("POST", `/v1/subscriptions/${id}/test`);
  return (await endpoint.received()).at(-1)?.headers ?? {};
}

describe("The settings of a request", () => {
  it.each([
    [{ headers: { Host: "a" } }, "/headers/Host"],
    [{ headers: { "webhook-signature": "v1,x" } }, "/headers/webhook-signature"],
    [{ headers: { "a b": "x" } }, "/headers/a b"],
    [{ headers: { a: "x\r\nHost: y" } }, "/headers/a"],
    [{ headers: { a: "x", A: "y" } }, "/headers/a"],
    [{ headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, "x"])) }, "/headers"],
    [{ headers: { a: "[redacted]" } }, "/headers/a"],
    [{ expression: '{ "text": ' }, "/expression"],
    [{ expression: "x".repeat(4001) }, "/expression"],
    [{ preset: "pager" }, "/preset"],
    [{ preset: "slack" }, "/url"],
    [{ preset: "slack", url: "https://hooks.slack.com/services/T/B/x", presetKey: KEY }, "/presetKey"],
    [{ presetKey: KEY }, "/presetKey"],
    [{ preset: "pagerduty", url: "https://events.pagerduty.com/v2/enqueue" }, "/presetKey"],
    [{ preset: "pagerduty", url: "https://events.pagerduty.com/v2/enqueue", presetKey: "a b" }, "/presetKey"],
  ])("are rejected: %j", async (settings, pointer) => {
    const { status, body } = await create(settings);
    expect([status, body.errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it("say what a URL of the wrong kind should be", async () => {
    const { body } = await create({ preset: "slack" });
    expect(body.detail).toContain("https://hooks.slack.com/services/");
    expect(body.errors).toEqual([{ pointer: "/url", detail: "not at hooks.slack.com" }]);
  });

  it("are stored and shown without a secret in plain text", async () => {
    const settings = { preset: "opsgenie", presetKey: KEY, headers: { "X-Token": SECRET } };
    const { id } = await new Endpoint().subscribe({ ...NOTHING, ...settings });
    const shown = await api<Shown>("GET", `/v1/subscriptions/${id}`);
    expect(shown.body).toMatchObject({
      preset: "opsgenie",
      presetKey: "[redacted]",
      headers: { "X-Token": "[redacted]" },
      expression: null,
    });
    await change(id, { headers: { "X-Token": "[redacted]", "X-Other": SECRET } });
    const { $client: sql } = connect(env);
    const rows = [
      ...(await sql.query("select * from subscriptions where id = $1", [id])),
      ...(await sql.query("select * from audit_events where target_id = $1", [id])),
    ];
    expect(rows).toHaveLength(3);
    for (const secret of [SECRET, "token-of-the-endpoint", KEY]) expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe("Custom headers", () => {
  it("are sent with every message, and replaced as a whole", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe({ ...NOTHING, headers: { "X-Token": SECRET, "X-Team": "blue" } });
    expect(await sentHeaders(endpoint, id)).toMatchObject({ "x-token": SECRET, "x-team": "blue" });
    const { body } = await change(id, { headers: { "x-team": "green" } });
    expect(body.headers).toEqual({ "x-team": "[redacted]" });
    const headers = await sentHeaders(endpoint, id);
    expect([headers["x-token"], headers["x-team"]]).toEqual([undefined, "green"]);
  });

  it("keep the stored value that a change masks", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe({ ...NOTHING, headers: { "X-Token": SECRET } });
    await change(id, { headers: { "x-token": "[redacted]", "User-Agent": "mine" } });
    expect(await sentHeaders(endpoint, id)).toMatchObject({ "x-token": SECRET, "user-agent": "mine" });
    await change(id, { name: "renamed" });
    expect(await sentHeaders(endpoint, id)).toMatchObject({ "x-token": SECRET });
  });

  it("do not follow a change of the host, unless their values are given again", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe({ ...NOTHING, headers: { "X-Token": SECRET } });
    const url = endpoint.url.replace("127.0.0.1", "localhost");
    const refused = await change(id, { url });
    expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([400, "/headers/X-Token"]);
    expect((await change(id, { url, headers: { "X-Token": "another" } })).status).toBe(200);
    expect((await change(id, { url: `${url}/deeper` })).status).toBe(200);
  });

  it("are re-encrypted with the current key", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe({ ...NOTHING, headers: { "X-Token": SECRET } });
    const box = await openSecretBox(env.ENCRYPTION_KEYS.split(",").toReversed().join(","));
    const old = await box.encrypt(
      JSON.stringify({ headers: { "X-Token": SECRET }, presetKey: null }),
      credentialsContext(id),
    );
    const { $client: sql } = connect(env);
    const update = "update subscriptions set credentials_ciphertext = $1, credentials_key_id = $2 where id = $3";
    await sql.query(update, [old.ciphertext, old.keyId, id]);
    const reply = await api("POST", "/v1/integrations/re-encrypt", {});
    expect(reply.body).toMatchObject({ failed: [], remaining: { secrets: 0 } });
    const [row] = await sql.query("select credentials_key_id from subscriptions where id = $1", [id]);
    expect(row).toEqual({ credentials_key_id: "test" });
    expect(await sentHeaders(endpoint, id)).toMatchObject({ "x-token": SECRET });
  });
});

describe("A change of the preset", () => {
  it("requires the key of the new product, and drops the old one", async () => {
    const { id } = await new Endpoint().subscribe({ ...NOTHING, preset: "opsgenie", presetKey: KEY });
    expect((await change(id, { preset: "pagerduty" })).body.errors[0]?.pointer).toBe("/presetKey");
    expect((await change(id, { presetKey: null })).status).toBe(400);
    expect((await change(id, { preset: "pagerduty", presetKey: KEY })).body.presetKey).toBe("[redacted]");
    expect((await change(id, { expression: "data" })).body.presetKey).toBe("[redacted]");
    expect((await change(id, { preset: null })).body).toMatchObject({ preset: null, presetKey: null });
  });
});
