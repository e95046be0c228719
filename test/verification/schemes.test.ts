import { fc, test as property } from "@fast-check/vitest";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createVerifier } from "../../src/verification/index.ts";
import { DEFAULT_HMAC, type VerificationSettings, verificationSettings } from "../../src/verification/settings.ts";
import type { Secrets, VerificationResult } from "../../src/verification/verifier.ts";
import { runs } from "../support/runs.ts";

const NOW = Date.UTC(2026, 9, 1, 12);
const SECONDS = String(NOW / 1000);
const SECRET = "a secret of thirty-two characters";

interface Sent {
  headers?: Record<string, string>;
  query?: string;
  body?: string | Uint8Array<ArrayBuffer>;
}

async function verify(
  settings: unknown,
  sent: Sent,
  secrets: Secrets = { current: SECRET },
): Promise<VerificationResult> {
  const verifier = await createVerifier(verificationSettings.parse(settings), secrets);
  const body =
    typeof sent.body === "string" ? (new TextEncoder().encode(sent.body) as Uint8Array<ArrayBuffer>) : sent.body;
  return verifier(
    {
      headers: new Headers(sent.headers),
      url: new URL(`https://t.test/in/x${sent.query ?? ""}`),
      body: body ?? new Uint8Array(),
    },
    NOW,
  );
}

async function mac(content: string, { hash = "SHA-256", secret = SECRET, encoding = "hex" } = {}): Promise<string> {
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(content)));
  if (encoding === "base64") return btoa(String.fromCharCode(...signature));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const isVerified = async (verdict: Promise<VerificationResult>) => (await verdict).isVerified;

describe("hmac", () => {
  const header = (value: string) => ({ headers: { "x-webhook-signature": value }, body: "hello" });

  it("verifies RFC 4231 test case 2", async () => {
    const verdict = verify(
      DEFAULT_HMAC,
      {
        headers: { "x-webhook-signature": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        body: "what do ya want for nothing?",
      },
      { current: "Jefe" },
    );
    expect(await isVerified(verdict)).toBe(true);
  });

  it("takes the signature with its prefix, without it, and in capitals", async () => {
    const signature = await mac("hello");
    for (const value of [signature, `sha256=${signature}`, signature.toUpperCase()]) {
      expect(await isVerified(verify(DEFAULT_HMAC, header(value)))).toBe(true);
    }
  });

  it("takes one good signature among several, and looks at no more than eight", async () => {
    const good = `v1=${await mac("hello")}`;
    const bad = `v1=${await mac("other")}`;
    const settings = { scheme: "hmac", prefix: "v1=" };
    expect(await isVerified(verify(settings, header(`${bad},${good}`)))).toBe(true);
    expect(await isVerified(verify(settings, header(`${bad} ${good}`)))).toBe(true);
    expect(await isVerified(verify(settings, header(`${`${bad},`.repeat(8)}${good}`)))).toBe(false);
  });

  it.each(["sha1", "sha256", "sha512"])("verifies %s in hex and base64", async (algorithm) => {
    const hash = algorithm.replace("sha", "SHA-");
    for (const encoding of ["hex", "base64"]) {
      const signature = await mac("hello", { hash, encoding });
      expect(await isVerified(verify({ scheme: "hmac", algorithm, encoding, prefix: "" }, header(signature)))).toBe(
        true,
      );
    }
  });

  it.each(["{timestamp}.{body}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}"])(
    "fills the template %s",
    async (content) => {
      // `$&` means something to String.replace; it must mean nothing to us.
      const id = "id-$&";
      const signed = content.split("{id}").join(id).split("{timestamp}").join(SECONDS).split("{body}").join("hello");
      const settings = { scheme: "hmac", content, timestampHeader: "X-Time", idHeader: "X-Id" };
      const headers = { "x-webhook-signature": await mac(signed), "x-time": SECONDS, "x-id": id };
      expect(await isVerified(verify(settings, { headers, body: "hello" }))).toBe(true);
    },
  );

  it("holds a signed timestamp to the tolerance, both ways", async () => {
    const settings = {
      scheme: "hmac",
      content: "{timestamp}.{body}",
      timestampHeader: "x-time",
      toleranceSeconds: 300,
    };
    const at = async (offset: number) => {
      const time = String(NOW / 1000 + offset);
      return verify(settings, {
        headers: { "x-time": time, "x-webhook-signature": await mac(`${time}.hello`) },
        body: "hello",
      });
    };
    expect([(await at(-300)).isVerified, (await at(300)).isVerified]).toEqual([true, true]);
    expect(await at(-301)).toMatchObject({
      failure: "timestamp",
      reason: "the signed timestamp is 301 s old; the tolerance is 300 s",
    });
    expect(await at(301)).toMatchObject({ failure: "timestamp" });
  });

  it("asks nothing of a timestamp that is not signed", async () => {
    const settings = { scheme: "hmac", timestampHeader: "x-time" };
    expect(
      await isVerified(
        verify(settings, { headers: { "x-time": "1", "x-webhook-signature": await mac("hello") }, body: "hello" }),
      ),
    ).toBe(true);
  });

  it("tells a missing signature from a wrong one", async () => {
    expect(await verify(DEFAULT_HMAC, { body: "hello" })).toMatchObject({ failure: "missing" });
    for (const wrong of [
      "",
      "zz",
      await mac("hello", { secret: "another secret" }),
      (await mac("hello")).slice(0, -2),
    ]) {
      expect((await verify(DEFAULT_HMAC, header(wrong))).isVerified).toBe(false);
    }
  });

  it("says which secret it was during a rotation's overlap", async () => {
    const secrets = { current: "new secret, new secret", previous: SECRET };
    expect(await verify(DEFAULT_HMAC, header(await mac("hello")), secrets)).toEqual({
      isVerified: true,
      secret: "previous",
    });
    expect(await verify(DEFAULT_HMAC, header(await mac("hello", { secret: secrets.current })), secrets)).toEqual({
      isVerified: true,
      secret: "current",
    });
  });

  it.each([
    { content: "{timestamp}.{body}" },
    { content: "{id}.{body}" },
    { content: "no body" },
    { content: "{body}{body}" },
    { header: "a b" },
  ])("refuses the settings %j", (wrong) => {
    expect(verificationSettings.safeParse({ scheme: "hmac", ...wrong }).success).toBe(false);
  });
});

describe("standard-webhooks", () => {
  const settings = { scheme: "standard-webhooks" };
  const secret = `whsec_${btoa("0123456789abcdef01234567")}`;
  const signed = (at = NOW): Record<string, string> => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(at / 1000),
    "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), "hello"),
  });

  it("verifies what the reference library signs", async () => {
    expect(await isVerified(verify(settings, { headers: signed(), body: "hello" }, { current: secret }))).toBe(true);
  });

  it("verifies the specification's own example", async () => {
    const verifier = await createVerifier(verificationSettings.parse(settings), {
      current: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    });
    const headers = new Headers({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    const body = new TextEncoder().encode('{"test": 2432232314}') as Uint8Array<ArrayBuffer>;
    expect((await verifier({ headers, url: new URL("https://t.test"), body }, 1_614_265_330_000)).isVerified).toBe(
      true,
    );
  });

  it("takes svix's header names and one good signature among several", async () => {
    const headers = Object.fromEntries(
      Object.entries(signed()).map(([name, value]) => [name.replace("webhook", "svix"), value]),
    );
    headers["svix-signature"] = `v1a,AAAA v1,AAAA ${headers["svix-signature"]}`;
    expect(await isVerified(verify(settings, { headers, body: "hello" }, { current: secret }))).toBe(true);
  });

  it("refuses old timestamps, other bodies, other ids", async () => {
    const current = { current: secret };
    expect(await verify(settings, { headers: signed(NOW - 301_000), body: "hello" }, current)).toMatchObject({
      failure: "timestamp",
    });
    expect(await isVerified(verify(settings, { headers: signed(), body: "hullo" }, current))).toBe(false);
    expect(
      await isVerified(verify(settings, { headers: { ...signed(), "webhook-id": "msg_2" }, body: "hello" }, current)),
    ).toBe(false);
    expect(await verify(settings, { body: "hello" }, current)).toMatchObject({ failure: "missing" });
  });
});

describe("token", () => {
  const places: [string, Sent][] = [
    ["bearer", { headers: { authorization: `Bearer ${SECRET.replaceAll(" ", "-")}` } }],
    ["basic", { headers: { authorization: `Basic ${btoa(`anybody:${SECRET.replaceAll(" ", "-")}`)}` } }],
    ["header", { headers: { "x-tocsin-token": SECRET.replaceAll(" ", "-") } }],
    ["query", { query: `?token=${SECRET.replaceAll(" ", "-")}` }],
  ];
  const secrets = { current: SECRET.replaceAll(" ", "-") };

  it.each(places)("finds the token by default in: %s", async (_place, sent) => {
    expect(await isVerified(verify({ scheme: "token" }, sent, secrets))).toBe(true);
  });

  it("looks in one place alone when it is told so", async () => {
    for (const [place] of places) {
      for (const [other, sent] of places) {
        expect(await isVerified(verify({ scheme: "token", in: place }, sent, secrets))).toBe(place === other);
      }
    }
  });

  it("finds it under another name, and in a field of the body", async () => {
    expect(
      await isVerified(verify({ scheme: "token", in: "header", name: "X-Own" }, { headers: { "x-own": SECRET } })),
    ).toBe(true);
    expect(
      await isVerified(
        verify({ scheme: "token", in: "body", name: "Token" }, { body: JSON.stringify({ Token: SECRET }) }),
      ),
    ).toBe(true);
  });

  it("refuses anything else", async () => {
    for (const sent of [
      {},
      { headers: { authorization: "Bearer" } },
      { query: "?token=" },
      { headers: { "x-tocsin-token": `${secrets.current}x` } },
    ]) {
      expect(await isVerified(verify({ scheme: "token" }, sent, secrets))).toBe(false);
    }
  });
});

describe("whatever a stranger sends", () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  });
  const names = [
    "x-webhook-signature",
    "x-time",
    "authorization",
    "x-tocsin-token",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
  ];
  const headers = fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.oneof(
          printable,
          printable.map((text) => `sha256=${text}`),
          printable.map((text) => `v1,${btoa(text)}`),
          printable.map((text) => `Basic ${btoa(text)}`),
          fc.constant(SECONDS),
        ),
      ]),
    ),
    { requiredKeys: [] },
  );
  const schemes: VerificationSettings[] = [
    verificationSettings.parse({ scheme: "hmac", content: "{timestamp}.{body}", timestampHeader: "x-time" }),
    verificationSettings.parse({ scheme: "standard-webhooks" }),
    verificationSettings.parse({ scheme: "token" }),
    verificationSettings.parse({ scheme: "token", in: "body" }),
  ];

  for (const settings of schemes) {
    property.prop([headers, fc.uint8Array({ maxLength: 300 }), printable], { numRuns: runs(10_000) })(
      `never throws and never verifies: ${settings.scheme} ${"in" in settings ? settings.in : ""}`,
      async (sentHeaders, body, token) => {
        const verifier = await createVerifier(settings, { current: SECRET });
        const url = new URL("https://t.test/in/x");
        url.searchParams.set("token", token);
        const verdict = await verifier(
          { headers: new Headers(sentHeaders as Record<string, string>), url, body: new Uint8Array(body) },
          NOW,
        );
        expect(verdict.isVerified).toBe(false);
      },
    );
  }

  property.prop([fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 })], {
    numRuns: 500,
  })("one changed byte of a signed body fails", async (bytes, position, flip) => {
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(SECRET),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const body = new Uint8Array(bytes);
    const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, body));
    const headers = {
      "x-webhook-signature": Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    };
    expect(await isVerified(verify(DEFAULT_HMAC, { headers, body }))).toBe(true);
    const changed = body.slice();
    changed[position % body.length]! ^= flip;
    expect(await isVerified(verify(DEFAULT_HMAC, { headers, body: changed }))).toBe(false);
  });
});
