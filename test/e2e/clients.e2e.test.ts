/** Official clients of vendors, against a running service. */
import { request as httpRequest } from "node:http";
import { Agent, createServer } from "node:https";
import { webcrypto } from "node:crypto";
import type { AddressInfo } from "node:net";
import "reflect-metadata";
import { event as pagerDutyEvent } from "@pagerduty/pdjs";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntegration, listAll } from "../support/service.ts";
import { sharedService } from "../support/shared-service.ts";

interface Alert {
  title: string;
  status: string;
  severity: string;
  alertKey: string;
}

const service = await sharedService();

describe("PagerDuty's JavaScript client", () => {
  const RSA = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  let tls: ReturnType<typeof createServer>;
  let agent: Agent;

  // The client needs https, so a TLS proxy is in front of the service.
  beforeAll(async () => {
    const keys = await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: "01",
        name: "CN=localhost",
        signingAlgorithm: RSA,
        keys: keys as CryptoKeyPair,
        extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }])],
      },
      webcrypto as unknown as Crypto,
    );
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
    const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----`;
    const cert = certificate.toString("pem");
    tls = createServer({ key, cert }, (incoming, answer) => {
      const onward = httpRequest(
        service.url + incoming.url,
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          answer.writeHead(reply.statusCode ?? 500, reply.headers);
          reply.pipe(answer);
        },
      );
      incoming.pipe(onward);
    });
    agent = new Agent({ ca: cert });
    await new Promise<void>((resolve) => void tls.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => tls.close());

  it("triggers, acknowledges and resolves an alert", async () => {
    const integration = await createIntegration(service, { provider: "pagerduty" });
    const { ingestUrl, secret } = integration;
    const server = `localhost:${(tls.address() as AddressInfo).port}${new URL(ingestUrl).pathname}`;
    const send = (event_action: "trigger" | "acknowledge" | "resolve", dedup_key?: string) =>
      pagerDutyEvent({
        server,
        agent,
        data: {
          routing_key: secret,
          event_action,
          ...(dedup_key && { dedup_key }),
          payload: { summary: "Disk full", source: "db-1", severity: "critical" },
        },
      } as Parameters<typeof pagerDutyEvent>[0]);

    const triggered = await send("trigger");
    expect(triggered.data).toMatchObject({
      status: "success",
      message: "Event processed",
      dedup_key: expect.any(String),
    });
    const key = (triggered.data as { dedup_key: string }).dedup_key;
    const alerts = () => listAll<Alert>(service, "alerts", integration);
    expect((await send("acknowledge", key)).response.status).toBe(202);
    expect(await alerts()).toMatchObject([
      { title: "Disk full", status: "ACKNOWLEDGED", severity: "CRITICAL", alertKey: key },
    ]);
    expect((await send("resolve", key)).response.status).toBe(202);
    expect(await alerts()).toMatchObject([{ status: "RESOLVED" }]);
  });
});

it("the official Standard Webhooks library signs deliveries that are verified", async () => {
  const integration = await createIntegration(service, { provider: "standard-webhooks" });
  const { ingestUrl, secret } = integration;
  const body = JSON.stringify({
    type: "check.failed",
    timestamp: new Date().toISOString(),
    data: { id: "c9", title: "Login is slow" },
  });
  const send = (signature: string) =>
    fetch(ingestUrl, {
      method: "POST",
      headers: {
        "webhook-id": "msg_1",
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": signature,
      },
      body,
    });
  const now = new Date();
  const signature = new Webhook(secret).sign("msg_1", now, body);
  expect((await send(signature.replace(/.{4}$/, "AAA="))).status).toBe(401);
  expect((await send(signature)).status).toBe(202);
  expect((await send(signature)).status).toBe(200);
  expect(await listAll<Alert>(service, "alerts", integration)).toMatchObject([
    { title: "Login is slow", alertKey: "c9" },
  ]);
});
