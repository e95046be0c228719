import { describe, expect, it } from "vitest";
import { remedyFor } from "../../../src/api/deliveries/remedy.ts";

const rejected = (statusCode: number, failure?: string) => ({
  status: "REJECTED" as const,
  statusCode,
  decision: { verification: failure === undefined ? {} : { failure } },
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

  it("is null for a delivery that was not rejected", () => {
    expect(remedyFor({ ...rejected(202), status: "ACCEPTED" }, "generic")).toBeNull();
  });
});
