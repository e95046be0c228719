import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import worker from "../../src/index.ts";
import type { IncomingEmail } from "../../src/ingest/email.ts";
import { toBase64, utf8 } from "../../src/lib/bytes.ts";
import { toIngestId } from "../../src/lib/ingest-id.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  ingestPath,
  type TestIntegration,
  withDatabase,
} from "../support/worker.ts";

const EMAIL = { provider: "email", name: "NAS" };

const addressOf = ({ id, secret }: TestIntegration) =>
  `${toIngestId(id, env.INGEST_TAG_KEYS)}.${secret}@alerts.example.com`;

let messages = 0;
const message = (subject: string, text = "text", headers = ""): string =>
  `From: NAS <nas@example.com>\r\nTo: alerts@example.com\r\nSubject: ${subject}\r\n` +
  `Message-ID: <${++messages}@example.com>\r\n${headers}\r\n${text}\r\n`;

/** Sends a message as Email Routing does. @returns why it was rejected; null: it was accepted */
async function send(to: string, raw: string, changes: Partial<IncomingEmail> = {}): Promise<string | null> {
  const bytes = utf8(raw);
  const context = createExecutionContext();
  let rejected: string | null = null;
  const email: IncomingEmail = {
    from: "nas@example.com",
    to,
    raw: new Response(bytes).body!,
    rawSize: bytes.length,
    setReject: (reason) => void (rejected = reason),
    ...changes,
  };
  await worker.email(email as ForwardableEmailMessage, env, context);
  await waitOnExecutionContext(context);
  return rejected;
}

const payloadOf = async (id: string): Promise<string> => {
  const headers = { authorization: `Bearer ${env.ROOT_API_KEY}` };
  return (await call<string>("GET", `/v1/deliveries/${id}/payload`, { headers })).body;
};

afterEach(() => void vi.restoreAllMocks());

describe("an email", () => {
  it("opens an alert, repeats it, and resolves it", async () => {
    const integration = await createIntegration(EMAIL);
    const raw = message("Backup of db-1 failed", "exit code 1");
    expect(await send(addressOf(integration), raw)).toBeNull();
    expect(await send(addressOf(integration), message("Backup of db-1 failed", "exit code 2"))).toBeNull();
    expect(await alertsOf(integration)).toMatchObject([
      {
        title: "Backup of db-1 failed",
        status: "OPEN",
        occurrences: 2,
        alertKey: '["backup of db-1","nas@example.com"]',
      },
    ]);
    const first = (await deliveriesOf(integration)).at(-1)!;
    expect(first).toMatchObject({ status: "ACCEPTED", statusCode: 202, idempotencyKey: `${messages - 1}@example.com` });
    // The original, byte for byte.
    expect(await payloadOf(first.id)).toBe(raw);
    expect(await send(addressOf(integration), message("Backup of db-1 succeeded"))).toBeNull();
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("is a duplicate with the same Message-ID", async () => {
    const integration = await createIntegration(EMAIL);
    const raw = message("Fan failed");
    for (let time = 0; time < 2; time++) expect(await send(addressOf(integration), raw)).toBeNull();
    expect((await deliveriesOf(integration)).map(({ status }) => status).toSorted()).toEqual(["ACCEPTED", "DUPLICATE"]);
  });

  it("is accepted at an address in upper case, also with a rotated token while the overlap lasts", async () => {
    const integration = await createIntegration(EMAIL);
    const { body } = await api<TestIntegration>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {});
    expect(body.secret).toMatch(/^[a-z2-7]{28}$/);
    for (const { secret } of [integration, body]) {
      expect(await send(addressOf({ ...integration, secret }).toUpperCase(), message("Fan failed"))).toBeNull();
    }
    await api("POST", `/v1/integrations/${integration.id}/rotate-secret`, { overlapMinutes: 0, endOverlap: true });
    expect(await send(addressOf(integration), message("Fan failed"))).toMatch(/does not match/);
  });

  it("has its address masked in every record, in any spelling", async () => {
    const integration = await createIntegration(EMAIL);
    const address = addressOf(integration);
    const inBase64 = toBase64(utf8(`Fan failed. Sent to ${address}`)).replaceAll(/.{76}/g, "$&\r\n");
    const headers = `Delivered-To: ${address.toUpperCase()}\r\nContent-Transfer-Encoding: base64\r\n`;
    expect(await send(address, message("Fan failed", inBase64, headers))).toBeNull();
    const [delivery] = await deliveriesOf(integration);
    const { body: detail } = await api("GET", `/v1/deliveries/${delivery!.id}`);
    const shown = JSON.stringify([detail, await alertsOf(integration)]) + (await payloadOf(delivery!.id));
    expect(shown.toLowerCase()).not.toContain(integration.secret);
    expect(shown).not.toContain(inBase64.slice(-40));
    expect(await alertsOf(integration)).toMatchObject([
      { description: expect.stringContaining(`.${"*".repeat(28)}@`) },
    ]);
    expect((detail as { headers: object }).headers).toMatchObject({
      "x-tocsin-token": "[redacted]",
      "x-envelope-from": "nas@example.com",
      "content-type": "message/rfc822",
    });
  });

  it("is rejected permanently with a wrong token, and recorded", async () => {
    const integration = await createIntegration(EMAIL);
    const wrong = addressOf({ ...integration, secret: "a".repeat(28) });
    expect(await send(wrong, message("Fan failed"))).toMatch(/does not match/);
    expect(await deliveriesOf(integration)).toMatchObject([
      { status: "REJECTED", statusCode: 401, reason: "the token of the address does not match" },
    ]);
  });

  it("is rejected permanently at an address that this deployment did not make, without a record", async () => {
    const integration = await createIntegration(EMAIL);
    for (const to of ["alerts@example.com", addressOf(integration).replace(/^./, (char) => (char === "a" ? "b" : "a"))])
      expect(await send(to, message("Fan failed"))).toBe("Unknown address.");
    await api("DELETE", `/v1/integrations/${integration.id}`);
    expect(await send(addressOf(integration), message("Fan failed"))).toMatch(/Unknown/);
  });

  it("is accepted only from the senders in the list, whatever its headers say", async () => {
    const verification = { scheme: "email", senders: ["NAS@example.com", "@ups.example.com"] };
    const integration = await createIntegration({ ...EMAIL, verification });
    const from = (sender: string, headers = "") =>
      send(addressOf(integration), message("Fan failed", "x", headers), { from: sender });
    expect(await from("nas@EXAMPLE.com")).toBeNull();
    expect(await from("apc@ups.example.com")).toBeNull();
    const forged =
      "Authentication-Results: mx.example.com; dkim=pass; spf=pass\r\nX-Envelope-From: nas@example.com\r\n";
    expect(await from("evil@example.org", forged)).toMatch(/is not allowed/);
    expect(await from("nas@example.com.evil.org")).toMatch(/is not allowed/);
    const reasons = (await deliveriesOf(integration)).map(({ reason }) => reason);
    expect(reasons).toContain("the sender of the envelope is not in `senders`");
    // The list alone opens nothing.
    const wrong = addressOf({ ...integration, secret: "b".repeat(28) });
    expect(await send(wrong, message("Fan failed"))).toMatch(/does not match/);
  });

  it("is rejected permanently when it is too large, without reading it", async () => {
    const integration = await createIntegration(EMAIL);
    const raw = new ReadableStream({
      pull() {
        throw new Error("the message was read");
      },
    });
    expect(await send(addressOf(integration), "", { raw, rawSize: 2 * 1024 * 1024 })).toMatch(/1 MiB/);
    expect(await deliveriesOf(integration)).toMatchObject([{ statusCode: 413, bodyBytes: 2 * 1024 * 1024 }]);
  });

  it("is rejected permanently when nothing can read it, or the integration is disabled", async () => {
    const integration = await createIntegration(EMAIL);
    expect(await send(addressOf(integration), "no email at all")).toMatch(/Expected an email/);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    expect(await send(addressOf(integration), message("Fan failed"))).toMatch(/disabled/);
    expect((await deliveriesOf(integration)).map(({ statusCode }) => statusCode).toSorted()).toEqual([400, 410]);
  });

  it("is retried after an internal error", async () => {
    const integration = await createIntegration({ ...EMAIL, rateLimitPerMinute: 1 });
    expect(await send(addressOf(integration), message("Fan failed"))).toBeNull();
    await expect(send(addressOf(integration), message("Fan failed"))).rejects.toThrow(/503/);
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error("connection lost"));
      },
    });
    await expect(send(addressOf(integration), "", { raw: broken, rawSize: 10 })).rejects.toThrow();
  });

  it("is accepted while Postgres is down", async () => {
    const integration = await createIntegration(EMAIL);
    expect(await withDatabase("down", () => send(addressOf(integration), message("Fan failed")))).toBeNull();
    expect(await alertsOf(integration)).toHaveLength(1);
  });

  it("is a delivery like others: dry run, replay, HTTP", async () => {
    const integration = await createIntegration(EMAIL);
    await send(addressOf(integration), message("UPS on battery"));
    const [stored] = await deliveriesOf(integration);
    const path = `/v1/integrations/${integration.id}/dry-run`;
    const emailRules = [{ key: "mine", ignore: ["on battery"] }];
    expect((await api("POST", path, { deliveryId: stored!.id })).body).toMatchObject({
      events: [{ action: "trigger", title: "UPS on battery" }],
    });
    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { emailRules })).body).toMatchObject({
      emailRules,
    });
    expect((await api("POST", path, { deliveryId: stored!.id })).body).toMatchObject({
      events: [],
      note: "a rule ignores this message",
    });
    await api("PATCH", `/v1/integrations/${integration.id}`, {
      emailRules: [],
      mapping: { title: "subject & ' of ' & from", alertKey: "from" },
    });
    const { body: replayed } = await api<{ alerts: object[] }>("POST", `/v1/deliveries/${stored!.id}/replay`, {});
    expect(replayed.alerts).toMatchObject([{ outcome: "created" }]);
    expect((await alertsOf(integration)).map(({ title }) => title)).toContain("UPS on battery of nas@example.com");
    const posted = await call("POST", ingestPath(integration), {
      headers: { "x-tocsin-token": integration.secret, "content-type": "message/rfc822" },
      body: message("Fan failed"),
    });
    expect(posted.status).toBe(202);
    expect((await call("POST", ingestPath(integration), { body: message("Fan failed") })).status).toBe(401);
  });
});

describe("the address of an integration", () => {
  it("is in the setup steps with its secret once, and then without", async () => {
    const { body } = await api<{ id: string; secret: string; setup: string }>("POST", "/v1/integrations", EMAIL);
    expect(body.secret).toMatch(/^[a-z2-7]{28}$/);
    expect(body.setup).toContain(`.${body.secret}@`);
    const { body: later } = await api<{ setup: string }>("GET", `/v1/integrations/${body.id}`);
    expect(later.setup).toContain(".<SECRET>@");
    expect(JSON.stringify(later)).not.toContain(body.secret);
  });

  it("needs a secret that an address can hold", async () => {
    const { status, body } = await api<{ errors: { pointer: string }[] }>("POST", "/v1/integrations", {
      ...EMAIL,
      secret: "A secret with 32 characters 3456",
    });
    expect([status, body.errors]).toMatchObject([400, [{ pointer: "/secret" }]]);
  });
});
