import { gzipSync } from "node:zlib";
import { test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { verificationSettings } from "../../src/verification/settings.ts";
import { runs } from "../support/runs.ts";
import { expectUnverified, isVerified, SECRET, type SentRequest, unauthenticatedRequests } from "./requests.ts";

const TOKEN = SECRET.replaceAll(" ", "-");
const secrets = { current: TOKEN };

describe("token", () => {
  const locations: [string, SentRequest][] = [
    ["bearer", { headers: { authorization: `Bearer ${TOKEN}` } }],
    ["basic", { headers: { authorization: `Basic ${btoa(`anybody:${TOKEN}`)}` } }],
    ["header", { headers: { "x-tocsin-token": TOKEN } }],
    ["query", { query: `?token=${TOKEN}` }],
  ];

  it.each(locations)("finds the token by default in: %s", async (_location, sent) => {
    expect(await isVerified({ scheme: "token" }, sent, secrets)).toBe(true);
  });

  it("accepts the token only in the configured location", async () => {
    for (const [location] of locations) {
      for (const [other, sent] of locations) {
        expect(await isVerified({ scheme: "token", in: location }, sent, secrets)).toBe(location === other);
      }
    }
  });

  it("finds the token in a custom header and in a field of the body", async () => {
    const inHeader = { scheme: "token", in: "header", name: "X-Own" };
    expect(await isVerified(inHeader, { headers: { "x-own": SECRET } })).toBe(true);
    const inBody = { scheme: "token", in: "body", name: "Token" };
    expect(await isVerified(inBody, { body: JSON.stringify({ Token: SECRET }) })).toBe(true);
  });

  it("finds the token in a compressed body, in UTF-16, and beside bare line breaks", async () => {
    const inBody = { scheme: "token", in: "body" };
    const body = JSON.stringify({ token: TOKEN });
    const utf16 = new Uint8Array(Uint16Array.from(body, (char) => char.charCodeAt(0)).buffer);
    const gzip = { "content-encoding": "gzip" };
    const sent: SentRequest[] = [
      { headers: gzip, body: new Uint8Array(gzipSync(body)) },
      { headers: { "content-type": "application/json; charset=utf-16" }, body: utf16 },
      { body: `{"token":"${TOKEN}","title":"a\nb"}` },
    ];
    for (const request of sent) expect(await isVerified(inBody, request, secrets)).toBe(true);
    const bomb = new Uint8Array(gzipSync(JSON.stringify({ token: TOKEN, title: "x".repeat(2 ** 21) })));
    expect(await isVerified(inBody, { headers: gzip, body: bomb }, secrets)).toBe(false);
  });

  it("rejects missing, empty and wrong tokens", async () => {
    for (const sent of [
      {},
      { headers: { authorization: "Bearer" } },
      { query: "?token=" },
      { headers: { "x-tocsin-token": `${TOKEN}x` } },
    ]) {
      expect(await isVerified({ scheme: "token" }, sent, secrets)).toBe(false);
    }
  });

  for (const settings of [{ scheme: "token" }, { scheme: "token", in: "body" }]) {
    property.prop([...unauthenticatedRequests], { numRuns: runs(10_000) })(
      `rejects any unauthenticated request without an exception, with the token in: ${settings.in ?? "any location"}`,
      (...request) => expectUnverified(verificationSettings.parse(settings), ...request),
    );
  }
});
