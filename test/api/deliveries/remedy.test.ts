import { describe, expect, it } from "vitest";
import { remedyFor } from "../../../src/api/deliveries/remedy.ts";

const rejected = (statusCode: number, failure?: string, scheme = "hmac") => ({
  status: "REJECTED" as const,
  statusCode,
  decision: { verification: failure === undefined ? { scheme } : { scheme, failure } },
});

describe("remedyFor", () => {
  it.each([
    [401, "mismatch", "generic", "check-secret"],
    [401, "missing", "generic", "check-verification"],
    [401, "untrusted", "email", "check-verification"],
    [401, "timestamp", "generic", "check-clock"],
    [503, "unavailable", "cloudwatch", "wait"],
    // The path was wrong, but so was the signature: without it, the path does not matter.
    [404, "missing", "pagerduty", "check-verification"],
    [404, undefined, "pagerduty", "check-url"],
    [400, undefined, "custom", "correct-mapping"],
    [400, undefined, "datadog", "check-provider"],
    [400, undefined, null, "check-provider"],
    [403, undefined, "generic", "change-subscription"],
    [410, undefined, "generic", "enable-integration"],
    [413, undefined, "generic", "send-smaller"],
    [415, undefined, "generic", "change-encoding"],
    [429, undefined, "generic", "raise-limit"],
    [503, undefined, "generic", "wait"],
  ])("for %j with the failure %j of the provider %j is %j", (statusCode, failure, provider, action) => {
    const remedy = remedyFor(rejected(statusCode, failure), provider);
    expect(remedy?.action).toBe(action);
    expect(remedy?.text).toMatch(/^[A-Z].+\.$/);
  });

  it.each([
    ["hmac", "check-secret", true],
    ["standard-webhooks", "check-secret", true],
    ["token", "check-token", false],
    ["email", "check-token", false],
  ])("for a mismatch with the scheme %s is %s; a proxy may be the cause: %j", (scheme, action, mayBeProxy) => {
    const remedy = remedyFor(rejected(401, "mismatch", scheme), "generic");
    expect(remedy?.action).toBe(action);
    expect(remedy?.text.includes("proxy")).toBe(mayBeProxy);
  });

  it.each([
    [400, "custom"],
    [400, "datadog"],
    [415, "datadog"],
  ])("for %j with a body that is not readable, of the provider %s, is to correct the body", (statusCode, provider) => {
    const delivery = { ...rejected(statusCode), decision: { verification: {}, isBodyUnreadable: true } };
    expect(remedyFor(delivery, provider)?.action).toBe("correct-body");
  });

  it("for an accepted delivery with unreadable events is to correct these", () => {
    const delivery = { ...rejected(202), status: "ACCEPTED" as const, decision: { unreadableEvents: { count: 2 } } };
    expect(remedyFor(delivery, "generic")?.action).toBe("correct-events");
    expect(remedyFor({ ...delivery, status: "DUPLICATE" }, "generic")).toBeNull();
  });

  it("is null for a delivery that was read", () => {
    expect(remedyFor({ ...rejected(202), status: "ACCEPTED" }, "generic")).toBeNull();
  });
});
