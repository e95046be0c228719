import { env } from "cloudflare:workers";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toIngestId } from "../../src/lib/ingest-id.ts";
import { openSecretBox } from "../../src/lib/secret-box.ts";
import { Integration } from "../../src/objects/integration/object.ts";
import { rawPayload } from "../support/payload.ts";
import {
  alertsOf,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  ingestPath,
  objectOf,
  withDatabase,
} from "../support/worker.ts";

afterEach(() => vi.restoreAllMocks());

/** The path with another last character, which belongs to the tag. */
const withWrongTag = (path: string): string => path.slice(0, -1) + (path.endsWith("a") ? "b" : "a");

describe("the answer to a delivery", () => {
  it("is 202 with the outcome of each event, and the alert is in Postgres", async () => {
    const integration = await createIntegration();
    const { status, body } = await deliver(integration, { id: "k", title: "Disk full", severity: "P1" });
    expect([status, body]).toEqual([
      202,
      {
        deliveryId: expect.any(String),
        status: "accepted",
        reason: expect.stringMatching(/^accepted: repeats with the same content are duplicates until .+Z$/),
        alerts: [{ id: expect.any(String), outcome: "created" }],
      },
    ]);
    expect(await alertsOf(integration)).toMatchObject([
      {
        id: body.alerts[0]?.id,
        integrationId: integration.id,
        alertKey: "k",
        title: "Disk full",
        severity: "CRITICAL",
        status: "OPEN",
        version: 1,
      },
    ]);
    expect(await deliveriesOf(integration)).toMatchObject([
      {
        id: body.deliveryId,
        status: "ACCEPTED",
        statusCode: 202,
        alertId: body.alerts[0]?.id,
        contentType: "application/json",
      },
    ]);
  });

  it("is 200 with the first delivery for a duplicate", async () => {
    const integration = await createIntegration();
    const first = await deliver(integration, { title: "x" });
    const second = await deliver(integration, { title: "x" });
    expect([second.status, second.body]).toEqual([
      200,
      {
        deliveryId: expect.any(String),
        status: "duplicate",
        duplicateOf: first.body.deliveryId,
        reason: expect.stringMatching(/^duplicate: same content as delivery /),
        alerts: [{ id: first.body.alerts[0]?.id, outcome: "duplicate" }],
      },
    ]);
  });

  it.each([
    ["a malformed id", () => "/in/not-an-id"],
    ["the UUID of an integration", async () => `/in/${(await createIntegration()).id}`],
    ["an unknown integration", () => ingestPath({ id: crypto.randomUUID() })],
    ["a made-up tag", async () => withWrongTag(ingestPath(await createIntegration()))],
  ])("is the same 404 for %s", async (_, path) => {
    const reply = await call("POST", await path(), { body: "{}" });
    expect([reply.status, { ...reply.body, instance: "" }]).toEqual([
      404,
      {
        type: "urn:tocsin:problem:not-found",
        title: "Not found",
        status: 404,
        detail: "Unknown integration. Check the ingest URL.",
        instance: "",
      },
    ]);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  });

  it("is 404 for a made-up tag without a call of any object", async () => {
    const integration = await createIntegration();
    const config = vi.spyOn(Integration.prototype, "config");
    expect((await call("POST", withWrongTag(ingestPath(integration)), { body: "{}" })).status).toBe(404);
    expect(config).not.toHaveBeenCalled();
  });

  it("is 202 for an ingest id in upper case, and for one with the tag of an older key", async () => {
    const integration = await createIntegration({ verification: { scheme: "token" } });
    const [, older = ""] = env.INGEST_TAG_KEYS.split(",");
    const headers = { authorization: `Bearer ${integration.secret}` };
    for (const id of [ingestPath(integration).slice(4).toUpperCase(), toIngestId(integration.id, older)]) {
      expect((await call("POST", `/in/${id}`, { headers, body: JSON.stringify({ title: id }) })).status).toBe(202);
    }
  });

  it.each(["", "/"])(
    "is the same for every well-formed id with %j at the end on GET, HEAD and OPTIONS",
    async (end) => {
      const paths = [
        ingestPath(await createIntegration()),
        ingestPath({ id: crypto.randomUUID() }),
        withWrongTag(ingestPath({ id: crypto.randomUUID() })),
      ];
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const replies = await Promise.all(paths.map((path) => call(method, path + end)));
        expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
        expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
        expect((await call(method, `/in/x${end}`)).status).toBe(404);
      }
    },
  );

  it.each([
    ["PATCH", "", "GET, HEAD, POST, PUT, OPTIONS"],
    ["DELETE", "/", "GET, HEAD, POST, PUT, OPTIONS"],
    ["PATCH", "/v2/alerts", "POST, PUT, DELETE"],
    ["GET", "/v2/enqueue", "POST, PUT, DELETE"],
  ])("is 405 with Allow for %s on the ingest URL followed by %j", async (method, path, allow) => {
    const reply = await call(method, `${ingestPath(await createIntegration())}${path}`);
    expect([reply.status, reply.headers.get("allow"), reply.body.type]).toEqual([
      405,
      allow,
      "urn:tocsin:problem:method-not-allowed",
    ]);
    expect((await call(method, `/in/x${path}`)).status).toBe(404);
  });

  const rejections: [number, string, unknown, Record<string, string>, string][] = [
    [400, "invalid-body", "{", {}, "The body is not JSON"],
    [400, "invalid-body", "", {}, "The body is not JSON"],
    [400, "invalid-body", "7", {}, "Expected a JSON object"],
    [400, "invalid-body", new Uint8Array([0x7b, 0xff, 0x7d]), {}, "double quotes or `}`, found `ÿ`"],
    [400, "invalid-body", "[".repeat(100_000), {}, "nests deeper than 1000"],
    [
      415,
      "unsupported-media-type",
      "<xml/>",
      { "content-type": "application/xml" },
      "Unsupported format application/xml",
    ],
    [400, "invalid-body", "{}", { "content-type": "application/json; charset=utf-7" }, "Unknown charset utf-7"],
    [400, "invalid-body", "{}", { "content-encoding": "gzip" }, "not what its Content-Encoding says"],
    [415, "unsupported-media-type", "{}", { "content-encoding": "br" }, "gzip or deflate"],
    [413, "too-large", gzipSync("x".repeat(1024 * 1024 + 1)), { "content-encoding": "gzip" }, "inflated body exceeds"],
    [401, "verification-failed", "{}", { "x-webhook-signature": "sha256=00" }, "does not match"],
    [413, "too-large", "x".repeat(1024 * 1024 + 1), {}, "exceeds 1 MiB"],
  ];
  it.each(rejections)("is %i %s, with a record, for the body %.20j", async (status, type, body, headers, detail) => {
    const integration = await createIntegration();
    const reply = await deliver(integration, body, headers);
    expect(reply.body).toMatchObject({
      status,
      type: `urn:tocsin:problem:${type}`,
      detail: expect.stringContaining(detail),
    });
    const [record, ...others] = await deliveriesOf(integration);
    expect([record, others]).toMatchObject([
      { status: "REJECTED", statusCode: status, reason: expect.any(String) },
      [],
    ]);
    expect((reply.body as unknown as { instance: string }).instance).toBe(`urn:uuid:${record?.id}`);
  });

  it("is 410 for a disabled integration, but only to a verified sender", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, isEnabled: false });
    expect((await deliver(integration, { title: "x" })).status).toBe(410);
    expect((await deliver({ ...integration, secret: "wrong" }, { title: "x" })).status).toBe(401);
    expect(await deliveriesOf(integration)).toHaveLength(2);
  });

  it("names the unreadable element of a batch and accepts the others", async () => {
    const integration = await createIntegration();
    const { status, body } = await deliver(integration, [{ title: "a" }, 7, { title: "b" }]);
    expect([status, body.alerts]).toMatchObject([
      202,
      [
        { outcome: "created" },
        { id: null, outcome: "ignored", detail: "/1: expected a JSON object" },
        { outcome: "created" },
      ],
    ]);
  });

  it("does not tell an unverified sender the reason", async () => {
    const integration = await createIntegration();
    const reply = await call("POST", ingestPath(integration), { body: "{}" });
    expect(JSON.stringify(reply.body)).not.toContain("x-webhook-signature");
  });
});

describe("idempotency at the edge", () => {
  it.each(["Idempotency-Key", "X-Idempotency-Key", "webhook-id", "svix-id", "X-GitHub-Delivery"])(
    "uses %s as the key",
    async (header) => {
      const integration = await createIntegration();
      await deliver(integration, { title: "a" }, { [header]: "k-1" });
      const again = await deliver(integration, { title: "a", attempt: 2 }, { [header]: "k-1" });
      expect(again.body.status).toBe("duplicate");
      expect((await deliver(integration, { title: "a" }, { [header]: "k-2" })).body.status).toBe("accepted");
      expect((await deliveriesOf(integration)).map((delivery) => delivery.idempotencyKey)).toEqual([
        "k-2",
        "k-1",
        "k-1",
      ]);
    },
  );

  it("uses the header that the integration configures", async () => {
    const integration = await createIntegration({ idempotencyHeader: "X-Own-Id" });
    await deliver(integration, { title: "a" }, { "x-own-id": "1" });
    expect((await deliver(integration, { title: "a", attempt: 2 }, { "x-own-id": "1" })).body.status).toBe("duplicate");
  });

  it("accepts another event under an unsigned key that was used before, with a note", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "d1", title: "disk full" }, { "idempotency-key": "K" });
    const other = { id: "d2", title: "raid degraded" };
    expect((await deliver(integration, other, { "idempotency-key": "K" })).body.status).toBe("accepted");
    expect((await deliver(integration, other, { "idempotency-key": "K" })).body.status).toBe("duplicate");
    const reasons = (await deliveriesOf(integration)).map(({ reason }) => reason);
    expect(reasons[1]).toContain("but its events differ");
    expect(await alertsOf(integration)).toHaveLength(2);
  });

  it.each(["x-request-id", "traceparent", "cf-ray"])("never uses %s as a key", async (header) => {
    const integration = await createIntegration();
    await deliver(integration, { title: "a" }, { [header]: "1" });
    expect((await deliver(integration, { title: "b" }, { [header]: "1" })).body.status).toBe("accepted");
    await expect(createIntegration({ idempotencyHeader: header })).rejects.toThrow("400");
  });

  it("compares contents without the time of sending if there is no key", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "a", timestamp: "2026-10-01T12:00:00Z" });
    expect((await deliver(integration, { timestamp: "2026-10-01T12:00:05Z", title: "a" })).body.status).toBe(
      "duplicate",
    );
  });

  it("ignores the fields that the integration configures, including those in each element of a batch", async () => {
    const integration = await createIntegration({ ignore: ["/value", "/sample/noise"] });
    await deliver(integration, { title: "a", value: 1, sample: { noise: 1, host: "x" } });
    expect((await deliver(integration, { title: "a", value: 2, sample: { noise: 2, host: "x" } })).body.status).toBe(
      "duplicate",
    );
    expect((await deliver(integration, { title: "a", value: 2, sample: { noise: 2, host: "y" } })).body.status).toBe(
      "accepted",
    );
    await deliver(integration, [
      { title: "b", value: 1 },
      { title: "c", value: 1 },
    ]);
    expect(
      (
        await deliver(integration, [
          { title: "b", value: 8 },
          { title: "c", value: 9 },
        ])
      ).body.status,
    ).toBe("duplicate");
  });

  it("answers identical deliveries at the same instant with one 202 and otherwise 200", async () => {
    const integration = await createIntegration();
    const replies = await Promise.all(Array.from({ length: 100 }, () => deliver(integration, { title: "storm" })));
    expect(replies.filter((reply) => reply.status === 202)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(99);
    const [alert, ...others] = await alertsOf(integration);
    expect(others).toEqual([]);
    const deliveries = await deliveriesOf(integration);
    expect(new Set(deliveries.map((delivery) => delivery.alertId))).toEqual(new Set([alert?.id]));
    expect(deliveries).toHaveLength(100);
  });
});

describe("config changes", () => {
  it("reject a revoked secret and accept a new one at once, although the edge remembers the old config", async () => {
    const [integration, other] = [await createIntegration(), await createIntegration()];
    await deliver(integration, { title: "warm" });
    const [config, otherConfig] = [(await objectOf(integration).config())!, (await objectOf(other).config())!];
    // The other's secret, encrypted for this integration, becomes this one's.
    const box = await openSecretBox(env.ENCRYPTION_KEYS);
    const secret = await box.decrypt(otherConfig.secrets[0]!, other.id);
    const encrypted = await box.encrypt(secret, integration.id);
    await objectOf(integration).configure({ ...config, version: 2, secrets: [{ ...encrypted, expiresAt: null }] });

    expect((await deliver({ ...integration, secret }, { title: "new" })).status).toBe(202);
    expect((await deliver(integration, { title: "old" })).status).toBe(401);
  });

  it("keep the previous secret valid until the end of its overlap", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const next = await (await openSecretBox(env.ENCRYPTION_KEYS)).encrypt("the next secret", integration.id);
    const rotated = (version: number, expiresAt: number) => ({
      ...config,
      version,
      secrets: [
        { ...next, expiresAt: null },
        { ...config.secrets[0]!, expiresAt },
      ],
    });
    await objectOf(integration).configure(rotated(2, Date.now() + 60_000));
    for (const secret of [integration.secret, "the next secret"]) {
      expect((await deliver({ ...integration, secret }, { title: secret })).status).toBe(202);
    }
    await objectOf(integration).configure(rotated(3, Date.now() - 1));
    expect((await deliver(integration, { title: "late" })).status).toBe(401);
  });
});

describe("the records of rejected deliveries", () => {
  it("are bounded for unverified deliveries, with cut bodies, and the next record counts the rest", async () => {
    const integration = await createIntegration();
    const outsider = { ...integration, secret: "guess" };
    for (let round = 0; round < 130; round++) {
      const from = { "cf-connecting-ip": `192.0.2.${round}` };
      expect((await deliver(outsider, "x".repeat(20_000), from)).status).toBe(401);
    }
    const records = await deliveriesOf(integration);
    // A new minute may start during the test: then there are at most twice as many.
    expect(records.length).toBeGreaterThanOrEqual(60);
    expect(records.length).toBeLessThanOrEqual(120);
    expect(records[0]).toMatchObject({ isBodyCut: true, bodyBytes: 20_000 });
    expect((await rawPayload(records[0]!.id)).length).toBe(16 * 1024);
  });

  it("keep the whole body of a verified delivery", async () => {
    const integration = await createIntegration();
    await deliver(integration, `${" ".repeat(30_000)}{`);
    const [record] = await deliveriesOf(integration);
    expect((await rawPayload(record!.id)).length).toBe(30_001);
  });
});

describe("with Postgres down", () => {
  it("accepts deliveries, even in a new isolate", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      expect((await deliver(integration, { title: "x" })).status).toBe(202);
      expect((await deliver(integration, { title: "x" })).status).toBe(200);
      expect((await deliver(integration, "{")).status).toBe(400);
      expect((await call("GET", "/readyz")).status).toBe(503);
      expect((await call("GET", "/healthz")).status).toBe(200);
    });
  });
});
