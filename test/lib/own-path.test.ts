import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ownPath } from "../../src/lib/own-path.ts";

const ORIGIN = "https://tocsin.example.com";

/** Texts of the characters and parts that parsers of URLs disagree about. */
const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        "\\",
        ".",
        "..",
        "/..",
        "/./",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "%09",
        "@",
        ":",
        "?",
        "#",
        ";",
      ),
      fc.constantFrom("\t", "\n", "\r", "\0", "\u0001", " ", "\u00a0", "\u2028", "\u3002", "\uff0f", "\ud800", "ü"),
      fc.constantFrom("evil.example", "https:", "javascript:", "data:", "a", "127.0.0.1:8787"),
      fc.string({ maxLength: 4, unit: "binary" }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("ownPath", () => {
  it.each([
    ["/", "/"],
    ["/alerts?status=OPEN&query=a%20b", "/alerts?status=OPEN&query=a%20b"],
    ["/alerts/../deliveries", "/deliveries"],
    ["/alerts?query=//x", "/alerts?query=//x"],
    ["/alerts?query=Störung", "/alerts?query=St%C3%B6rung"],
    ["/alerts#details", "/alerts"],
  ])("accepts %j", (text, path) => {
    expect(ownPath(text)).toBe(path);
  });

  it.each([
    "",
    "alerts",
    "//evil.example",
    "///evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/%2e%2e//evil.example",
    "/a/..//evil.example",
    "/..//127.0.0.1:18970//evil.example/phish",
    "/\\evil.example",
    "\\\\evil.example",
    "/..\\\\evil.example",
    "/..\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "/\r\n\\evil.example",
    "https://evil.example/",
    "https:/evil.example",
    "javascript:alert(1)",
    "//user@evil.example/",
    `/${"x".repeat(2000)}`,
  ])("rejects %j", (text) => {
    expect(ownPath(text)).toBeNull();
  });

  test.prop(
    [
      fc.oneof(
        trickyText,
        trickyText.map((text) => `/${text}`),
      ),
    ],
    { numRuns: 5000 },
  )("returns only paths that every reader takes for this host, and that stay the same when read again", (text) => {
    const path = ownPath(text);
    if (path === null) return;
    expect(path).toMatch(/^\/(?!\/)[^?\\\s\x00-\x1f\x7f-\uffff]*(\?[\x21-\x7e]*)?$/);
    expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
    expect(ownPath(path)).toBe(path);
  });
});
