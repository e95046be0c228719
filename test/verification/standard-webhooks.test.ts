import { test as property } from "@fast-check/vitest";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createVerifier } from "../../src/verification/index.ts";
import { verificationSettings } from "../../src/verification/settings.ts";
import { decodeSecret } from "../../src/verification/standard-webhooks.ts";
import { runs } from "../support/runs.ts";
import { expectUnverified, isVerified, NOW, unauthenticatedRequests, verify } from "./requests.ts";

const settings = verificationSettings.parse({ scheme: "standard-webhooks" });
const secret = `whsec_${btoa("0123456789abcdef01234567")}`;
const secrets = { current: secret };
const signed = (at = NOW): Record<string, string> => ({
  "webhook-id": "msg_1",
  "webhook-timestamp": String(at / 1000),
  "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), "hello"),
});

describe("standard-webhooks", () => {
  it("verifies a signature of the reference library", async () => {
    expect(await isVerified(settings, { headers: signed(), body: "hello" }, secrets)).toBe(true);
  });

  it("verifies the example of the specification", async () => {
    const verifier = await createVerifier(settings, { current: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
    const headers = new Headers({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    const body = new TextEncoder().encode('{"test": 2432232314}') as Uint8Array<ArrayBuffer>;
    const result = await verifier({ headers, url: new URL("https://t.test"), body }, 1_614_265_330_000);
    expect(result.isVerified).toBe(true);
  });

  it("accepts svix's header names, and one valid signature among several", async () => {
    const headers = Object.fromEntries(
      Object.entries(signed()).map(([name, value]) => [name.replace("webhook", "svix"), value]),
    );
    headers["svix-signature"] = `v1a,AAAA v1,AAAA ${headers["svix-signature"]}`;
    expect(await isVerified(settings, { headers, body: "hello" }, secrets)).toBe(true);
  });

  it("rejects old timestamps, other bodies and other ids", async () => {
    const old = await verify(settings, { headers: signed(NOW - 301_000), body: "hello" }, secrets);
    expect(old).toMatchObject({ failure: "timestamp" });
    expect(await isVerified(settings, { headers: signed(), body: "hullo" }, secrets)).toBe(false);
    const otherId = { ...signed(), "webhook-id": "msg_2" };
    expect(await isVerified(settings, { headers: otherId, body: "hello" }, secrets)).toBe(false);
    expect(await verify(settings, { body: "hello" }, secrets)).toMatchObject({ failure: "missing" });
  });

  property.prop([...unauthenticatedRequests], { numRuns: runs(10_000) })(
    "rejects any unauthenticated request without an exception",
    (...request) => expectUnverified(settings, ...request),
  );
});

describe("the secret of a Standard Webhook", () => {
  it.each([
    [24, true],
    [64, true],
    [23, false],
    [65, false],
    [0, false],
  ])("may have %i bytes: %s", (length, isAllowed) => {
    expect(decodeSecret(`whsec_${btoa("x".repeat(length))}`) !== null).toBe(isAllowed);
  });

  it.each(["whsec_==========", "whsec_", "left from another scheme"])(
    "that is not allowed rejects a delivery without an exception: %j",
    async (current) => {
      expect(await isVerified(settings, { headers: signed(), body: "hello" }, { current })).toBe(false);
    },
  );
});
