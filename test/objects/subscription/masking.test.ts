import { describe, expect, it } from "vitest";
import { maskedStart, maskHeaders, maskUrl, secretsIn } from "../../../src/objects/subscription/masking.ts";

describe("A masked URL", () => {
  it.each([
    ["https://pager.example.com/tocsin", "https://pager.example.com/tocsin"],
    [
      "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
      "https://hooks.slack.com/services/T00000000/B00000000/[redacted]",
    ],
    ["https://a.test/x?sig=abc&api-version=1", "https://a.test/x?sig=[redacted]&api-version=[redacted]"],
    ["https://a.test:8443/x#y", "https://a.test:8443/x"],
  ])("of %s is %s", (url, masked) => {
    expect(maskUrl(url)).toBe(masked);
  });
});

describe("Masked headers", () => {
  it("show neither custom values, whatever their case, nor signatures", () => {
    const headers = { "x-team": "blue", authorization: "GenieKey k", "webhook-signature": "v1,abc", "webhook-id": "1" };
    expect(maskHeaders(headers, ["X-Team"])).toEqual({
      "x-team": "[redacted]",
      authorization: "[redacted]",
      "webhook-signature": "[redacted]",
      "webhook-id": "1",
    });
  });
});

describe("A stored text", () => {
  const secrets = secretsIn("https://a.test/services/path-token-of-the-url?sig=query-token", {
    headers: { Authorization: "Bearer header-token", "X-Team": "blue" },
    presetKey: "0123456789abcdef0123456789abcdef",
  });

  it("contains no credential, but words that are too short to be one", () => {
    const text = "blue header-token path-token-of-the-url query-token 0123456789abcdef0123456789abcdef end";
    expect(maskedStart(text, secrets, 200)).toMatch(/^blue \*+ \*+ \*+ \*+ end$/);
  });

  it("contains no part of a credential at its end", () => {
    expect(maskedStart("12345 header-token", secrets, 10)).toBe("12345 ****");
  });
});
