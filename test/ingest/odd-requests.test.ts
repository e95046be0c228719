/** No request makes the pipeline throw, and the record of every rejection fits into its bounds and into Postgres. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { IncomingRequest, LoadedIntegration } from "../../src/ingest/delivery.ts";
import type { Dependencies } from "../../src/ingest/dependencies.ts";
import { run } from "../../src/ingest/pipeline.ts";
import { secretsOf } from "../../src/ingest/redact.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { toRejectionRecord } from "../../src/ingest/rejection-record.ts";
import type { AcceptReply, IntegrationConfig } from "../../src/objects/integration/rpc.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { createVerifier } from "../../src/verification/index.ts";
import { verificationSettings } from "../../src/verification/settings.ts";
import { runs } from "../support/runs.ts";

const SECRET = "a-secret-of-thirty-two-characters";

const SCHEMES = [
  { scheme: "hmac" },
  { scheme: "standard-webhooks" },
  { scheme: "token" },
  { scheme: "token", in: "body", name: "routing_key" },
  { scheme: "sns" },
].map((settings) => verificationSettings.parse(settings));

const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
  fc.constantFrom(
    "authorization",
    "content-type",
    "content-encoding",
    "content-length",
    "idempotency-key",
    "cf-connecting-ip",
    "x-webhook-signature",
    "webhook-id",
    "webhook-signature",
    "webhook-timestamp",
    "x-tocsin-token",
    "cookie",
  ),
);
const value = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 3000 }),
  fc.constantFrom(
    `Bearer ${SECRET}`,
    "Basic /w==",
    "gzip",
    "br, gzip, deflate, br",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nothing",
    "multipart/form-data",
    'multipart/form-data; boundary="',
    "sha256=00",
  ),
);
const path = fc.oneof(
  fc.constant(""),
  fc.webPath().map((text) => (text === "/" ? "" : text)),
  fc.constantFrom(
    "/v2/alerts",
    "/v2/enqueue",
    "/v2/alerts/%E0%A4%A/close",
    "/api/v2/alerts",
    `/v2/alerts/${"%41".repeat(3000)}`,
  ),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom(
      "{",
      '{"\\u0000":"\\ud800","title":"\\u0000\\udfff"}',
      `{"routing_key":"${SECRET}","event_action":"trigger"}`,
      `{"title":"x","pad":"${"x".repeat(60_000)}"}`,
      "a=%&b=%ZZ&title=x",
      '{"Type":"Notification","SigningCertURL":"https://evil.test/x.pem","Signature":"AA==","SignatureVersion":"1"}',
    )
    .map((text) => new TextEncoder().encode(text)),
);

const request = fc.record({
  headers: fc.array(fc.tuple(name, value), { maxLength: 60 }),
  path,
  query: fc.oneof(fc.constant(""), fc.webQueryParameters(), fc.constant(`token=${SECRET}`)),
  body,
});

const ACCEPTED: AcceptReply = {
  kind: "decided",
  status: "ACCEPTED",
  duplicateOf: null,
  outcomes: [],
  alertKeys: [],
  reason: "",
};

const accepting: Omit<Dependencies, "authenticate"> = {
  secretsToMask: secretsOf,
  isWithinRate: () => Promise.resolve(true),
  visitSubscribeUrl: () => Promise.resolve(true),
  pinSnsTopic: (_, topicArn) => Promise.resolve(topicArn),
  submit: () => Promise.resolve(ACCEPTED),
  recordRejection: (rejection) => Promise.resolve(rejection),
  reloadIntegration: () => Promise.resolve(null),
};

const verifiers = await Promise.all(SCHEMES.map((settings) => createVerifier(settings, { current: SECRET })));

describe("any request", () => {
  property.prop([request, fc.constantFrom(...PROVIDERS.keys()), fc.nat(SCHEMES.length - 1), fc.boolean()], {
    numRuns: runs(3000, 300),
  })("is accepted or rejected with a 4xx and a bounded record", async (sent, providerId, scheme, isTrusted) => {
    const verification = SCHEMES[scheme]!;
    const integration: LoadedIntegration = {
      config: {
        id: crypto.randomUUID(),
        version: 1,
        isEnabled: true,
        idempotencyHeader: null,
        ignore: [],
        verification,
        provider: providerId,
      } as unknown as IntegrationConfig,
      provider: PROVIDERS.get(providerId)!,
      verify: verifiers[scheme]!,
      secrets: [SECRET],
      loadedAt: 0,
      confirmedAt: 0,
    };
    const headers = new Headers();
    for (const [header, text] of sent.headers) headers.set(header, text);
    const bytes = sent.body as Uint8Array<ArrayBuffer>;
    const delivery: IncomingRequest = {
      id: "01890000-0000-7000-8000-000000000001",
      url: new URL(`https://t.test/in/x${sent.path}${sent.query && `?${sent.query}`}`),
      path: sent.path,
      headers,
      body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
      receivedAt: Date.UTC(2026, 10, 26),
      isLoop: false,
      replayOf: null,
    };
    const dependencies: Dependencies = {
      ...accepting,
      authenticate: ({ integration: to, url, body: read, receivedAt, headers: given }) =>
        isTrusted
          ? Promise.resolve({ isVerified: true, secret: "current" })
          : to.verify({ headers: given, url, body: read.bytes }, receivedAt),
    };
    const result = await run(delivery, integration, dependencies);
    if (!(result instanceof Rejection)) return;
    expect([result.problem.status, result.isRecorded]).toEqual([
      expect.toSatisfy((status) => status >= 400 && status < 500),
      true,
    ]);

    const record = toRejectionRecord(result, 0);
    const columns = JSON.parse(record.request.columns) as { headers: object };
    const text = JSON.stringify([columns, record.reason, record.verification]) + new TextDecoder().decode(record.body);
    expect(text).not.toContain(SECRET);
    expect(record.reason.length).toBeLessThanOrEqual(1000);
    expect(record.reason).not.toContain("\u0000");
    if (record.isVerified) return;
    expect(record.body.length).toBeLessThanOrEqual(16 * 1024);
    expect(new TextEncoder().encode(JSON.stringify(columns.headers)).length).toBeLessThanOrEqual(4096);
    expect(JSON.stringify(record.verification).length).toBeLessThanOrEqual(1500);
  });
});
