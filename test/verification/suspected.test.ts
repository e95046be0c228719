import { describe, expect, it } from "vitest";
import { suspectedSecrets } from "../../src/verification/suspected.ts";

const FOREIGN = "fd2f1c9e5a8b4e0f9a7c3b2d1e0f9a8b";

interface Sent {
  headers?: Record<string, string>;
  path?: string;
  body?: string | Uint8Array;
}

const found = ({ headers = {}, path = "", body = "" }: Sent): string[] =>
  suspectedSecrets(
    { headers: new Headers(headers), url: new URL(`https://t.test/in/x${path}`) },
    typeof body === "string" ? new TextEncoder().encode(body) : body,
    path === "",
  );

const utf16 = (text: string): Uint8Array =>
  new Uint8Array(new Uint16Array(Array.from(text, (char) => char.charCodeAt(0))).buffer);

describe("what may be a credential in an unverified request", () => {
  it.each<[string, Sent]>([
    ["a JSON field token", { body: JSON.stringify({ title: "x", token: FOREIGN }) }],
    ["a JSON field secret", { body: JSON.stringify({ config: { webhookSecret: FOREIGN } }) }],
    ["a JSON field password", { body: `{"password" : "${FOREIGN}"}` }],
    ["copied headers", { body: JSON.stringify({ headers: { Authorization: `Bearer ${FOREIGN}` } }) }],
    ["JSON in a JSON string", { body: JSON.stringify({ a: JSON.stringify({ token: FOREIGN }) }) }],
    ["single quotes", { body: `{'routing_key':'${FOREIGN}'}` }],
    ["YAML", { body: `a: 1\ntoken: ${FOREIGN}\n` }],
    ["XML", { body: `<a><api_key>${FOREIGN}</api_key></a>` }],
    ["a URL", { body: JSON.stringify({ url: `https://h.test/?a=1&token=${FOREIGN}` }) }],
    ["a form", { body: `a=1&auth_token=${FOREIGN}` }],
    ["UTF-16", { body: utf16(JSON.stringify({ token: FOREIGN })) }],
    ["a multipart form", { body: `--b\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n${FOREIGN}\r\n--b--` }],
    [
      "a multipart form with types",
      {
        body: `--b\r\nContent-Disposition: form-data; name="token"\r\nContent-Type: text/plain\r\n\r\n${FOREIGN}\r\n--b--`,
      },
    ],
    ["a referrer", { headers: { referer: `https://h.test/?token=${FOREIGN}` } }],
    ["a path that the provider does not know", { path: `/services/T0001/${FOREIGN}` }],
  ])("is found in %s", (_, request) => {
    expect(found(request)).toContain(FOREIGN);
  });

  it("is no key of an alert, no short id and no text", () => {
    expect(
      found({
        body: JSON.stringify({
          dedup_key: "db-1/disk-full/2026-11-26",
          alertKey: "db-1/disk-full/2026-11-26",
          token: "a91b04cc7e",
          title: "token expired",
        }),
      }),
    ).toEqual([]);
  });

  it("takes no longer for a body that resembles one everywhere", () => {
    for (const part of ["token", "token\n", "token=", "token= ", 'key"', "token\ncontent-", "a_key: ", "aaaaaaaa"]) {
      expect(found({ body: part.repeat((1024 * 1024) / part.length) }).length).toBeLessThanOrEqual(16);
    }
  });
});
