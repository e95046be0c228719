/** What a rejected delivery leaves behind: bounded, without secrets, and decided with the newest config. */
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { forgetIntegration } from "../../src/ingest/load-integration.ts";
import { rawPayload } from "../support/payload.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  deliverWithToken,
  deliveriesOf,
  ingestPath,
  objectOf,
  type TestIntegration,
} from "../support/worker.ts";

const FOREIGN = "fd2f1c9e5a8b4e0f9a7c3b2d1e0f9a8b";

interface Record {
  id: string;
  statusCode: number;
  headers: { [name: string]: string };
  bodyBytes: number;
  isBodyCut: boolean;
  decision: { verification: { path?: string } };
}

/** The only record of an integration, and its body. */
async function recordOf(integration: TestIntegration): Promise<Record & { body: string }> {
  const [row] = await deliveriesOf(integration);
  const { body } = await api<Record>("GET", `/v1/deliveries/${row!.id}`);
  const payload = body.bodyBytes === 0 ? new Uint8Array() : await rawPayload(row!.id);
  return { ...body, body: new TextDecoder().decode(payload) };
}

const random = (length: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join("");

afterEach(() => {
  vi.useRealTimers();
});

describe("the record of an unverified delivery", () => {
  it("has 16 KiB of its body, 4 KiB of its headers and 1 KiB of its path", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const headers = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`x-stuffing-${at}`, random(1020)]));
    const path = `/v2/alerts/${random(6000)}/close`;
    const { status } = await call("POST", ingestPath(integration) + path, { headers, body: random(60_000) });
    expect(status).toBe(401);
    const record = await recordOf(integration);
    expect(record).toMatchObject({ bodyBytes: 60_000, isBodyCut: true });
    expect(record.body).toHaveLength(16 * 1024);
    expect(JSON.stringify(record.headers).length).toBeLessThanOrEqual(4096);
    expect(record.decision.verification.path).toHaveLength(1024);
  });

  it("has the start of a compressed body, inflated", async () => {
    const integration = await createIntegration();
    const body = gzipSync("x".repeat(100_000));
    await call("POST", ingestPath(integration), { headers: { "content-encoding": "gzip" }, body });
    const record = await recordOf(integration);
    expect(record.body).toBe("x".repeat(16 * 1024));
    expect(record.isBodyCut).toBe(true);
  });

  it("keeps small headers behind large ones", async () => {
    const integration = await createIntegration();
    const large = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`a-large-${at}`, random(1020)]));
    await call("POST", ingestPath(integration), { headers: { ...large, "user-agent": "Monitor/1.0" }, body: "{}" });
    expect((await recordOf(integration)).headers).toMatchObject({ "user-agent": "Monitor/1.0" });
  });

  it("has no secret that crosses the end of the kept part", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const body = `{"a":"${"x".repeat(16 * 1024 - 40)}","routing_key":"${FOREIGN}"}`;
    await call("POST", `${ingestPath(integration)}/v2/enqueue`, { body });
    expect((await recordOf(integration)).body).toMatch(/"routing_key":"\*+$/);
  });
});

it("the record of a rejected verified delivery has its whole body, and 32 KiB of its headers", async () => {
  const integration = await createIntegration();
  const headers = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`x-stuffing-${at}`, random(1020)]));
  expect((await deliver(integration, `{${" ".repeat(30_000)}`, headers)).status).toBe(400);
  const record = await recordOf(integration);
  expect(record.body).toHaveLength(30_001);
  expect(record.isBodyCut).toBe(false);
  expect(JSON.stringify(record.headers).length).toBeLessThanOrEqual(32 * 1024);
  expect(JSON.stringify(record.headers).length).toBeGreaterThan(16 * 1024);
});

describe("a presented secret", () => {
  const token = { scheme: "token" };
  const presentations: [string, { [setting: string]: unknown }, (path: string) => Promise<{ status: number }>][] = [
    [
      "another integration's routing key",
      { provider: "pagerduty" },
      (path) => call("POST", `${path}/v2/enqueue`, { body: JSON.stringify({ routing_key: FOREIGN, x: FOREIGN }) }),
    ],
    [
      "an escaped routing key",
      { provider: "pagerduty" },
      (path) =>
        call("POST", `${path}/v2/enqueue`, {
          body: `{"routing_key":"${Array.from(FOREIGN, (char) => `\\u00${char.charCodeAt(0).toString(16)}`).join("")}"}`,
        }),
    ],
    [
      "a routing key under another scheme",
      {},
      (path) => call("POST", path, { body: JSON.stringify({ routing_key: FOREIGN }) }),
    ],
    [
      "a token in the query that the scheme does not use",
      {},
      (path) =>
        call("POST", `${path}?token=${FOREIGN}`, {
          headers: { "x-original-uri": `${path}?token=${FOREIGN}` },
          body: `"${FOREIGN}"`,
        }),
    ],
    [
      "?apiKey",
      { provider: "opsgenie", verification: token },
      (path) =>
        call("POST", `${path}/v2/alerts/${FOREIGN}/close?apiKey=${FOREIGN}`, {
          body: JSON.stringify({ note: FOREIGN }),
        }),
    ],
    [
      "Authorization in any scheme",
      { verification: token },
      (path) =>
        call("POST", path, {
          headers: { authorization: `GenieKey ${FOREIGN}`, "x-copy": FOREIGN },
          body: `{"a":"${FOREIGN}"}`,
        }),
    ],
    [
      "a Basic password",
      { verification: token },
      (path) =>
        call("POST", path, { headers: { authorization: `Basic ${btoa(`me:${FOREIGN}`)}` }, body: `a=${FOREIGN}` }),
    ],
    [
      "a form field",
      { verification: { scheme: "token", in: "body", name: "key" } },
      (path) =>
        call("POST", path, {
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: `key=%66${FOREIGN.slice(1)}&again=${FOREIGN}`,
        }),
    ],
    [
      "a signature",
      {},
      (path) =>
        call("POST", path, { headers: { "x-webhook-signature": `sha256=${FOREIGN}` }, body: `{"a":"${FOREIGN}"}` }),
    ],
    [
      "a token on an unknown path",
      {},
      (path) =>
        call("POST", `${path}/hooks/${FOREIGN}`, { headers: { authorization: `Bearer ${FOREIGN}` }, body: "{}" }),
    ],
    ["an unknown path", {}, (path) => call("POST", `${path}/alert/${FOREIGN}`, { body: "{}" })],
    [
      "a field `token` that the scheme does not use",
      {},
      (path) => call("POST", path, { body: `{"token":"${FOREIGN}"}` }),
    ],
    [
      "a multipart form",
      {},
      (path) =>
        call("POST", path, {
          headers: { "content-type": "multipart/form-data; boundary=b" },
          body: `--b\r\nContent-Disposition: form-data; name="secret"\r\n\r\n${FOREIGN}\r\n--b--`,
        }),
    ],
    ["XML", {}, (path) => call("POST", path, { body: `<alert><password>${FOREIGN}</password></alert>` })],
    ["a referrer", {}, (path) => call("POST", path, { headers: { referer: `https://h.test/?token=${FOREIGN}` } })],
    ["a header of another product", {}, (path) => call("POST", path, { headers: { "x-license-key": FOREIGN } })],
  ];

  it.each(presentations)("is in no record: %s", async (_, settings, send) => {
    const integration = await createIntegration(settings);
    expect((await send(ingestPath(integration))).status).toBeGreaterThanOrEqual(400);
    const record = JSON.stringify(await recordOf(integration));
    expect(record).not.toContain(FOREIGN);
    expect(record).not.toContain(FOREIGN.slice(1));
    expect(record).not.toContain(String.raw`\\u0066`);
  });

  it("from before a rotation is in no record", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    await api("POST", `/v1/integrations/${integration.id}/rotate-secret`, { overlapMinutes: 0 });
    await call("POST", `${ingestPath(integration)}/v2/enqueue`, { body: `{"routing_key":"${integration.secret}"}` });
    expect(JSON.stringify(await recordOf(integration))).not.toContain(integration.secret);
  });

  it("that is foreign is masked in an accepted delivery, too, and in its alert", async () => {
    const integration = await createIntegration({ verification: token });
    const body = { title: `key ${FOREIGN}`, api_key: FOREIGN };
    expect((await deliverWithToken(integration, body)).status).toBe(202);
    expect(JSON.stringify(await recordOf(integration))).not.toContain(FOREIGN);
    const { body: alerts } = await api("GET", `/v1/alerts?integrationId=${integration.id}`);
    expect(JSON.stringify(alerts)).not.toContain(FOREIGN);
    expect(JSON.stringify(alerts)).toContain(`key ${"*".repeat(32)}`);
  });
});

describe("a delivery that an older config rejects", () => {
  /** Changes the config in the object alone: this isolate still has the old one. */
  async function changeInObject(integration: TestIntegration, changes: object): Promise<void> {
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: config.version + 1, ...changes });
  }
  const later = () => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1500 });
  const title = { title: "x" };

  const reasons: [string, object, object, (integration: TestIntegration) => Promise<{ status: number }>, number][] = [
    ["it was disabled", { isEnabled: false }, { isEnabled: true }, (to) => deliver(to, title), 410],
    [
      "the verification was another",
      { verification: { scheme: "standard-webhooks", toleranceSeconds: 300 } },
      { verification: { scheme: "token" } },
      (to) => deliverWithToken(to, title),
      401,
    ],
    [
      "the provider had no such path",
      { provider: "generic", verification: { scheme: "token" } },
      { provider: "opsgenie" },
      (to) =>
        call("POST", `${ingestPath(to)}/v2/alerts`, {
          headers: { authorization: `GenieKey ${to.secret}` },
          body: '{"message":"x"}',
        }),
      404,
    ],
    [
      "the provider could not read the body",
      { provider: "alertmanager" },
      { provider: "generic" },
      (to) => deliver(to, title),
      400,
    ],
    [
      "its own limit was reached",
      { rateLimitPerMinute: 0 },
      { rateLimitPerMinute: null },
      (to) => deliver(to, title),
      503,
    ],
  ];

  it.each(reasons)("is accepted by the newest one: %s", async (_, before, after, send, status) => {
    const integration = await createIntegration();
    await changeInObject(integration, before);
    forgetIntegration(integration.id);
    expect((await send(integration)).status).toBe(status);
    await changeInObject(integration, after);
    expect((await send(integration)).status).toBe(202);
  });

  it("is accepted by the newest one, also when no further rejection is recorded in this minute", async () => {
    const integration = await createIntegration();
    const guess = (round: number) =>
      deliver({ ...integration, secret: "a wrong guess" }, {}, { "cf-connecting-ip": `198.18.7.${round}` });
    for (let round = 0; round < 65; round++) await guess(round);
    const { body } = await api<{ secret: string }>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {});
    later();
    expect((await deliver({ ...integration, secret: body.secret }, title)).status).toBe(202);
  });

  it.each(["/nowhere", "/v2/alerts"])(
    "is accepted on the path %s by the newest one, also while none is recorded",
    async (path) => {
      const integration = await createIntegration({ verification: { scheme: "token" } });
      const send = (secret: string, round: number) =>
        call("POST", ingestPath(integration) + path, {
          headers: { authorization: `Bearer ${secret}`, "cf-connecting-ip": `198.18.8.${round}` },
          body: '{"message":"x"}',
        });
      for (let round = 0; round < 65; round++) expect((await send("a wrong guess", round)).status).toBe(404);
      await changeInObject(integration, { provider: "opsgenie" });
      later();
      expect((await send(integration.secret, 66)).status).toBe(path === "/nowhere" ? 404 : 202);
    },
  );
});
