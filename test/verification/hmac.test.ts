import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { github } from "../../src/providers/github.ts";
import { DEFAULT_HMAC, verificationSettings } from "../../src/verification/settings.ts";
import { runs } from "../support/runs.ts";
import {
  expectUnverified,
  isVerified,
  mac,
  NOW,
  SECONDS,
  SECRET,
  unauthenticatedRequests,
  verify,
} from "./requests.ts";

const header = (value: string) => ({ headers: { "x-webhook-signature": value }, body: "hello" });

describe("hmac", () => {
  it("verifies RFC 4231 test case 2", async () => {
    const signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const sent = { headers: { "x-webhook-signature": signature }, body: "what do ya want for nothing?" };
    expect(await isVerified(DEFAULT_HMAC, sent, { current: "Jefe" })).toBe(true);
  });

  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  it("verifies GitHub's published example, and no variant with a changed byte", async () => {
    const body = new TextEncoder().encode("Hello, World!") as Uint8Array<ArrayBuffer>;
    const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const isFromGithub = (value: string, bytes: Uint8Array<ArrayBuffer>) =>
      isVerified(
        github.verification,
        { headers: { "x-hub-signature-256": value }, body: bytes },
        { current: "It's a Secret to Everybody" },
      );
    expect(await isFromGithub(signature, body)).toBe(true);
    for (const [at] of body.entries()) {
      expect(await isFromGithub(signature, body.with(at, (body[at] ?? 0) ^ 1))).toBe(false);
    }
    for (let at = "sha256=".length; at < signature.length; at++) {
      const changed = signature[at] === "0" ? "1" : "0";
      expect(await isFromGithub(signature.slice(0, at) + changed + signature.slice(at + 1), body)).toBe(false);
    }
  });

  it("accepts a signature with its prefix, without it, and in capitals", async () => {
    const signature = await mac("hello");
    for (const value of [signature, `sha256=${signature}`, signature.toUpperCase()]) {
      expect(await isVerified(DEFAULT_HMAC, header(value))).toBe(true);
    }
  });

  it("accepts one valid signature among several, and checks at most eight", async () => {
    const valid = `v1=${await mac("hello")}`;
    const invalid = `v1=${await mac("other")}`;
    const settings = { scheme: "hmac", prefix: "v1=" };
    expect(await isVerified(settings, header(`${invalid},${valid}`))).toBe(true);
    expect(await isVerified(settings, header(`${invalid} ${valid}`))).toBe(true);
    expect(await isVerified(settings, header(`${`${invalid},`.repeat(8)}${valid}`))).toBe(false);
  });

  it.each(["sha1", "sha256", "sha512"])("verifies %s in hex and base64", async (algorithm) => {
    const hash = algorithm.replace("sha", "SHA-");
    for (const encoding of ["hex", "base64"]) {
      const signature = await mac("hello", { hash, encoding });
      expect(await isVerified({ scheme: "hmac", algorithm, encoding, prefix: "" }, header(signature))).toBe(true);
    }
  });

  it.each(["{timestamp}.{body}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}"])(
    "verifies the content template %s",
    async (content) => {
      // `$&` has a meaning in String.replace. It must have none in a template.
      const id = "id-$&";
      const signed = content.split("{id}").join(id).split("{timestamp}").join(SECONDS).split("{body}").join("hello");
      const settings = { scheme: "hmac", content, timestampHeader: "X-Time", idHeader: "X-Id" };
      const headers = { "x-webhook-signature": await mac(signed), "x-time": SECONDS, "x-id": id };
      expect(await isVerified(settings, { headers, body: "hello" })).toBe(true);
    },
  );

  it("rejects a signed timestamp outside the tolerance, in both directions", async () => {
    const settings = {
      scheme: "hmac",
      content: "{timestamp}.{body}",
      timestampHeader: "x-time",
      toleranceSeconds: 300,
    };
    const at = async (offset: number) => {
      const time = String(NOW / 1000 + offset);
      const headers = { "x-time": time, "x-webhook-signature": await mac(`${time}.hello`) };
      return verify(settings, { headers, body: "hello" });
    };
    expect([(await at(-300)).isVerified, (await at(300)).isVerified]).toEqual([true, true]);
    expect(await at(-301)).toMatchObject({
      failure: "timestamp",
      reason: "the signed timestamp is 301 s old; the tolerance is 300 s",
    });
    expect(await at(301)).toMatchObject({ failure: "timestamp" });
  });

  it("ignores a timestamp that is not signed", async () => {
    const settings = { scheme: "hmac", timestampHeader: "x-time" };
    const headers = { "x-time": "1", "x-webhook-signature": await mac("hello") };
    expect(await isVerified(settings, { headers, body: "hello" })).toBe(true);
  });

  it("rejects missing and wrong signatures", async () => {
    expect(await verify(DEFAULT_HMAC, { body: "hello" })).toMatchObject({ failure: "missing" });
    const foreign = await mac("hello", { secret: "another secret" });
    for (const wrong of ["", "zz", foreign, (await mac("hello")).slice(0, -2)]) {
      expect(await isVerified(DEFAULT_HMAC, header(wrong))).toBe(false);
    }
  });

  it("reports which secret matched during the overlap of a rotation", async () => {
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
  ])("rejects the settings %j", (wrong) => {
    expect(verificationSettings.safeParse({ scheme: "hmac", ...wrong }).success).toBe(false);
  });

  property.prop([fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 })], {
    numRuns: runs(500),
  })("rejects a signed body with one changed byte", async (bytes, position, flip) => {
    const body = new Uint8Array(bytes);
    const headers = { "x-webhook-signature": await mac(body) };
    expect(await isVerified(DEFAULT_HMAC, { headers, body })).toBe(true);
    const changed = body.slice();
    changed[position % body.length]! ^= flip;
    expect(await isVerified(DEFAULT_HMAC, { headers, body: changed })).toBe(false);
  });

  const timestamped = verificationSettings.parse({
    scheme: "hmac",
    content: "{timestamp}.{body}",
    timestampHeader: "x-time",
  });
  property.prop([...unauthenticatedRequests], { numRuns: runs(10_000) })(
    "rejects any unauthenticated request without an exception",
    (...request) => expectUnverified(timestamped, ...request),
  );
});
