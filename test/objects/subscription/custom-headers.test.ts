import { describe, expect, it } from "vitest";
import { headerNameFault, headerValueFault } from "../../../src/objects/subscription/custom-headers.ts";

describe("A custom header", () => {
  it.each(["Authorization", "X-Api-Key", "Content-Type", "User-Agent", "Cookie"])("may be %s", (name) => {
    expect(headerNameFault(name)).toBeNull();
  });

  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "webhook-id",
    "Webhook-Signature",
    "webhook-timestamp",
    "Tocsin-Origin",
    "CF-Connecting-IP",
    "X-Forwarded-For",
    "Proxy-Authorization",
    "",
    "with space",
    "line\nbreak",
    "ümlaut",
    "x".repeat(101),
  ])("may not be %j", (name) => {
    expect(headerNameFault(name)).not.toBeNull();
  });

  it.each(["a", "Bearer abc", "a\tb", "x".repeat(2000)])("may have the value %j", (value) => {
    expect(headerValueFault(value)).toBeNull();
  });

  it.each(["", " a", "a ", "a\r\nX: b", "a\u0000", "ü", "x".repeat(2001)])("may not have the value %j", (value) => {
    expect(headerValueFault(value)).not.toBeNull();
  });
});
