import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { presentedSecrets } from "../../src/verification/presented.ts";
import { verificationSettings } from "../../src/verification/settings.ts";
import type { SentRequest } from "./requests.ts";

const FOREIGN = "fd2f1c9e5a8b4e0f9a7c3b2d1e0f9a8b";

const found = (settings: unknown, { headers, query = "", body = "" }: SentRequest): string[] =>
  presentedSecrets(
    {
      headers: new Headers(headers),
      url: new URL(`https://t.test/in/x${query}`),
      body: (typeof body === "string" ? new TextEncoder().encode(body) : body) as Uint8Array<ArrayBuffer>,
    },
    verificationSettings.parse(settings),
  );

const SCHEMES = [
  { scheme: "hmac" },
  { scheme: "standard-webhooks" },
  { scheme: "sns" },
  { scheme: "token" },
  { scheme: "token", in: "body", name: "routing_key" },
];

const presentations: [string, SentRequest][] = [
  ["Bearer", { headers: { authorization: `Bearer ${FOREIGN}` } }],
  ["GenieKey", { headers: { authorization: `GenieKey ${FOREIGN}` } }],
  ["PagerDuty's Token", { headers: { authorization: `Token token=${FOREIGN}` } }],
  ["Authorization without a scheme", { headers: { authorization: FOREIGN } }],
  ["a Basic password", { headers: { authorization: `Basic ${btoa(`netdata:${FOREIGN}`)}` } }],
  ["a proxy's Basic password", { headers: { "proxy-authorization": `Basic ${btoa(`x:${FOREIGN}`)}` } }],
  ["a token header", { headers: { "x-tocsin-token": FOREIGN } }],
  ["a signature header", { headers: { "x-hub-signature-256": `sha256=${FOREIGN}` } }],
  ["several signatures", { headers: { "stripe-signature": `t=1,v1=${FOREIGN},v0=x` } }],
  ["a cookie", { headers: { cookie: `a=b; session=${FOREIGN}` } }],
  ["?token", { query: `?token=${FOREIGN}` }],
  ["?apiKey", { query: `?apiKey=${FOREIGN}` }],
  ["?api_key", { query: `?x=1&api_key=${FOREIGN}` }],
  ["?key", { query: `?key=${FOREIGN}` }],
  ["?access_token", { query: `?access_token=${FOREIGN}` }],
  ["a routing_key", { body: JSON.stringify({ event_action: "trigger", routing_key: FOREIGN }) }],
  ["a service_key", { body: JSON.stringify({ service_key: FOREIGN }) }],
  ["a nested apiKey", { body: JSON.stringify([{ config: { apiKey: FOREIGN } }]) }],
  [
    "an escaped routing_key",
    { body: `{"routing_key":"\\u00${FOREIGN.charCodeAt(0).toString(16)}${FOREIGN.slice(1)}"}` },
  ],
  ["a form field", { body: `routing_key=${FOREIGN}&x=1` }],
  ["a cut body", { body: `{"routing_key":"${FOREIGN}","payload":{"summary":"x` }],
];

describe("what a request presents as a secret", () => {
  for (const settings of SCHEMES) {
    it.each(presentations)(`is found under ${JSON.stringify(settings)} in %s`, (_, request) => {
      expect(found(settings, request)).toContain(FOREIGN);
    });
  }

  it("is found in the place of the settings, also if it is short or an ordinary word", () => {
    expect(found({ scheme: "token", in: "query", name: "who" }, { query: "?who=alice" })).toContain("alice");
    expect(found({ scheme: "token", in: "header", name: "X-Own" }, { headers: { "x-own": "guess" } })).toContain(
      "guess",
    );
    expect(found({ scheme: "token", in: "body", name: "key" }, { body: '{"key":"guess"}' })).toContain("guess");
    expect(found({ scheme: "token", in: "body", name: "key" }, { body: "key=gu%65ss" })).toContain("guess");
    expect(found({ scheme: "hmac", header: "x-own" }, { headers: { "x-own": "guess" } })).toContain("guess");
  });

  it("is nothing in ordinary requests", () => {
    const request = {
      headers: {
        "user-agent": "Alertmanager/0.27.0",
        "content-type": "application/json",
        "x-auth-request-email": "somebody@example.com",
        "x-auth-timestamp": "2026-11-26T12:00:00Z",
      },
      query: "?group=database-servers-of-europe",
      body: JSON.stringify({
        title: "token-of-appreciation",
        labels: { token: "public-id-of-the-check", key: "db-1-disk-full" },
      }),
    };
    for (const settings of SCHEMES) expect(found(settings, request)).toEqual([]);
  });

  property.prop([
    fc.string({ maxLength: 2000 }),
    fc.array(fc.string({ minLength: 13, maxLength: 20, unit: fc.constantFrom("a", "b", "c") }), { maxLength: 50 }),
  ])("is bounded for any body", (text, tokens) => {
    const query = `?${tokens.map((token, at) => `token${at}=${token}`).join("&")}`;
    const secrets = found({ scheme: "token", in: "body" }, { body: text, query });
    expect(secrets.length).toBeLessThanOrEqual(16);
  });
});
