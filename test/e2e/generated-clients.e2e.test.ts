/** Clients that generators make from the OpenAPI document do a day's work: test/clients. In `npm run test:all`, also those in Go and Python. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { buildClient } from "../../scripts/lib/clients.ts";
import { execute, ROOT } from "../../scripts/lib/tools.ts";
import { readDocument, Validator } from "../support/openapi.ts";
import { api, createIntegration, flushed, send } from "../support/service.ts";
import { sharedService } from "../support/shared-service.ts";

interface Seen {
  subscription: { id: string; secret: string };
}

interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const service = await sharedService();
const document = readDocument();
const validator = new Validator(document);

let endpoint: Server;
const received: Received[] = [];
let arrived: (() => void) | undefined;

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
      arrived?.();
    });
  });
  await new Promise<void>((resolve) => void endpoint.listen(0, "127.0.0.1", resolve));
});
afterAll(() => endpoint.close());

/** Waits for a message of a type. */
async function messageOf(at: string, type: string): Promise<Received> {
  for (;;) {
    const found = received.find(
      ({ path: url, body }) => url === at && (JSON.parse(body) as { type: string }).type === type,
    );
    if (found) return found;
    await new Promise<void>((resolve) => (arrived = resolve));
  }
}

/** Checks the signature of a message, and the message itself by the `webhooks` of the document. */
function expectDeclared({ headers, body }: Received, secret: string): void {
  const message = new Webhook(secret).verify(body, headers) as { type: string };
  const webhook = document.webhooks[message.type]?.post;
  const schema = webhook?.requestBody?.content["application/json"]?.schema;
  if (!schema) throw new Error(`the document has no webhook ${message.type}`);
  expect(validator.errors(schema, message)).toEqual([]);
}

const inTypeScript = () =>
  Promise.resolve({
    command: process.execPath,
    args: [path.join(ROOT, "test/clients/typescript/day.ts")],
    cwd: ROOT,
  });

describe.each([
  { language: "TypeScript", build: inTypeScript, isShort: true },
  { language: "Go", build: () => buildClient("go"), isShort: false },
  { language: "Python", build: () => buildClient("python"), isShort: false },
])("the client in $language", ({ language, build, isShort }) => {
  it.runIf(isShort || inject("isLong"))(
    "lists, pages, finds, acknowledges, notes, snoozes, silences, replays, creates, subscribes, and reads problems",
    async () => {
      const integration = await createIntegration(service, { provider: "generic" });
      const alerts = [
        { id: "payments", title: "Payments fail", severity: "critical", labels: { service: "checkout" } },
        { title: "Queue is long", severity: "high", labels: { service: "checkout" } },
        { title: "Checkout is slow", severity: "critical", labels: { service: "checkout" } },
      ];
      for (const alert of alerts) expect((await send(integration, alert)).status).toBe(202);
      await flushed(service, integration);

      const unread = await createIntegration(service, {
        provider: "custom",
        verification: { scheme: "token" },
        mapping: { title: "title" },
      });
      const headers = { "content-type": "application/json", "x-tocsin-token": unread.secret };
      const rejected = await fetch(unread.ingestUrl, { method: "POST", headers, body: '{"name":"Queue is full"}' });
      expect(rejected.status).toBe(400);
      await flushed(service, unread);

      const { command, args, cwd } = await build();
      const at = `/${language}`;
      const env = {
        TOCSIN_URL: service.url,
        TOCSIN_KEY: service.rootApiKey,
        INTEGRATION_ID: integration.integrationId,
        UNREAD_ID: unread.integrationId,
        ENDPOINT_URL: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}${at}`,
      };
      const seen = JSON.parse(await execute(command, args, { cwd, env })) as Seen;
      expect(seen).toEqual({
        listed: ["Checkout is slow", "Payments fail"],
        titles: ["Checkout is slow", "Queue is long", "Payments fail"],
        statuses: ["ACKNOWLEDGED", "ACKNOWLEDGED"],
        versions: [2, 2],
        notes: ["Looking into it", "Back to normal"],
        found: "Payments fail",
        muted: [["Payments fail"], ["Checkout is slow", "Queue is long", "Payments fail"], ["Payments fail"]],
        replayed: 1,
        integration: { provider: "generic", teamId: null },
        subscription: { id: expect.any(String), secret: expect.stringMatching(/^whsec_/) },
        problems: [
          "urn:tocsin:problem:not-found",
          "urn:tocsin:problem:precondition-failed",
          "urn:tocsin:problem:invalid-request",
        ],
        pointers: ["/cursor"],
      });

      // What the subscription sends is what the document says.
      const { id, secret } = seen.subscription;
      expect((await send(integration, { title: "Disk is full", severity: "critical" })).status).toBe(202);
      expect((await api(service, "POST", `/v1/subscriptions/${id}/test`)).status).toBe(200);
      expectDeclared(await messageOf(at, "alert.created"), secret);
      expectDeclared(await messageOf(at, "subscription.test"), secret);
      expect((await api(service, "PATCH", `/v1/subscriptions/${id}`, { isEnabled: false })).status).toBe(200);
    },
  );
});
