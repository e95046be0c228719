/** How the edge reads bodies in other charsets, encodings and almost-JSON, and what of them is stored. */
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256Hex, toBase64, utf8 } from "../../src/lib/bytes.ts";
import { rawPayload } from "../support/payload.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  ingestPath,
  type Delivery,
  type TestIntegration,
} from "../support/worker.ts";

const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));
const bytesOf = (buffer: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

async function lastOf(integration: TestIntegration): Promise<Delivery> {
  const [last] = (await deliveriesOf(integration)).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return last!;
}

describe("a body in another charset", () => {
  const FORM = "application/x-www-form-urlencoded";
  const send = (integration: TestIntegration, body: BodyInit, type: string) =>
    call("POST", ingestPath(integration), {
      body,
      headers: { "content-type": type, "x-tocsin-token": integration.secret },
    });

  it("keeps two services of Nagios apart whose names differ only in bytes that are not UTF-8", async () => {
    const integration = await createIntegration({ provider: "nagios", verification: { scheme: "token" } });
    const form = (service: string, state: string) =>
      `NOTIFICATIONTYPE=${state === "OK" ? "RECOVERY" : "PROBLEM"}&HOSTNAME=web-1&SERVICEDESC=${service}&SERVICESTATE=${state}`;
    expect((await send(integration, form("B%FCro", "CRITICAL"), FORM)).body).toMatchObject({ status: "accepted" });
    expect((await send(integration, form("B%F6ro", "CRITICAL"), FORM)).body).toMatchObject({ status: "accepted" });
    expect((await send(integration, latin1(form("B\xfcro", "OK")), FORM)).status).toBe(202);
    const alerts = (await alertsOf(integration)).map(({ title, status }) => [title, status]);
    expect(alerts.toSorted()).toEqual([
      ["Böro on web-1 is CRITICAL", "OPEN"],
      ["Büro on web-1 is CRITICAL", "RESOLVED"],
    ]);
    expect((await lastOf(integration)).reason).toContain("windows-1252");
  });

  it("reads JSON in the declared charset, and stores it byte for byte", async () => {
    const integration = await createIntegration({ provider: "generic", verification: { scheme: "token" } });
    const body = bytesOf(
      new Uint8Array(Uint16Array.from('{"id":"k","title":"Büro"}', (char) => char.charCodeAt(0)).buffer),
    );
    expect((await send(integration, body, "application/json; charset=utf-16")).status).toBe(202);
    const delivery = await lastOf(integration);
    expect(await rawPayload(delivery.id)).toEqual(body);
    expect((await api("POST", `/v1/deliveries/${delivery.id}/replay`, {})).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Büro", occurrences: 2 }]);
  });
});

describe("JSON with bare control characters in strings", () => {
  const BODY = '{ "id": "k", "title": "Server DOWN\nping:\t10ms" }';

  it("is read, stored as it is, and read again by a replay", async () => {
    const integration = await createIntegration();
    expect((await deliver(integration, BODY)).status).toBe(202);
    const delivery = await lastOf(integration);
    expect(delivery.reason).toContain("bare control characters");
    expect(await rawPayload(delivery.id)).toEqual(utf8(BODY));
    expect((await api("POST", `/v1/deliveries/${delivery.id}/replay`, {})).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Server DOWN\nping:\t10ms", occurrences: 2 }]);
  });

  it("is read by a dry run, with a note", async () => {
    const { id } = await createIntegration();
    const { body } = await api("POST", `/v1/integrations/${id}/dry-run`, { body: BODY });
    expect(body).toMatchObject({
      events: [{ title: "Server DOWN\nping:\t10ms" }],
      note: expect.stringContaining("bare control characters"),
    });
  });
});

describe("a compressed body", () => {
  const BODY = '{"id":"k","title":"Disk almost full"}';

  it.each([
    ["gzip", bytesOf(gzipSync(BODY))],
    ["deflate", bytesOf(deflateSync(BODY))],
  ])("is verified, stored and replayed as it was sent: %s", async (encoding, bytes) => {
    const integration = await createIntegration();
    expect((await deliver(integration, bytes, { "content-encoding": encoding })).status).toBe(202);
    const delivery = await lastOf(integration);
    expect(await rawPayload(delivery.id)).toEqual(bytes);
    expect((await api("POST", `/v1/deliveries/${delivery.id}/replay`, {})).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Disk almost full", occurrences: 2 }]);
  });

  it("is inflated by a dry run", async () => {
    const { id } = await createIntegration();
    const path = `/v1/integrations/${id}/dry-run`;
    const body = toBase64(bytesOf(gzipSync(BODY)));
    const headers = { "content-encoding": "gzip" };
    const reply = await api("POST", path, { body, bodyEncoding: "base64", headers });
    expect([reply.status, reply.body]).toMatchObject([200, { events: [{ title: "Disk almost full" }] }]);
    expect((await api("POST", path, { body: "not base64", bodyEncoding: "base64" })).status).toBe(400);
  });

  it("is rejected with a record when it inflates to more than 1 MiB", async () => {
    const integration = await createIntegration();
    const bomb = bytesOf(gzipSync(new Uint8Array(30 * 1024 * 1024)));
    expect((await deliver(integration, bomb, { "content-encoding": "gzip" })).status).toBe(413);
    expect(await lastOf(integration)).toMatchObject({ status: "REJECTED", statusCode: 413 });
  });

  it("names the encodings that are accepted in a 415", async () => {
    const integration = await createIntegration();
    const { status, headers } = await deliver(integration, BODY, { "content-encoding": "br" });
    expect([status, headers.get("accept-encoding")]).toEqual([415, "gzip, deflate"]);
  });

  it("with the token in it is verified, and stored inflated with the token masked", async () => {
    const integration = await createIntegration({
      provider: "generic",
      verification: { scheme: "token", in: "body", name: "key" },
    });
    const { id, secret } = integration;
    const body = bytesOf(gzipSync(JSON.stringify({ key: secret, id: "k", title: "Disk" })));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect((await call("POST", ingestPath(integration), { body, headers })).status).toBe(202);
    const delivery = await lastOf(integration);
    const stored = new TextDecoder().decode(await rawPayload(delivery.id));
    expect(stored).toBe(JSON.stringify({ key: "*".repeat(secret.length), id: "k", title: "Disk" }));
    expect(delivery.reason).toContain("stored inflated");
    expect((await api("POST", `/v1/deliveries/${delivery.id}/replay`, {})).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Disk", occurrences: 2 }]);
    await api("PATCH", `/v1/integrations/${id}`, { isEnabled: false });
    expect((await call("POST", ingestPath(integration), { body, headers })).status).toBe(410);
    const rejected = await lastOf(integration);
    expect(new TextDecoder().decode(await rawPayload(rejected.id))).toBe(stored);
  });
});

describe("a delivery without events", () => {
  it("has the SHA-256 of its body as content fingerprint", async () => {
    const integration = await createIntegration({ provider: "nagios", verification: { scheme: "token" } });
    const headers = {
      authorization: `Bearer ${integration.secret}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    for (const host of ["web-1", "web-2"]) {
      const body = `NOTIFICATIONTYPE=CUSTOM&HOSTNAME=${host}&HOSTSTATE=DOWN`;
      expect((await call("POST", ingestPath(integration), { body, headers })).status).toBe(202);
      expect(await lastOf(integration)).toMatchObject({ events: [], contentFingerprint: await sha256Hex(utf8(body)) });
    }
  });
});
