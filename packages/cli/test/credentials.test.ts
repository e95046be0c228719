import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { GlobalValues } from "../src/command.ts";
import { isUnencrypted, parseKey, parseUrl, resolveCredentials } from "../src/credentials.ts";
import { type CliError, EXIT } from "../src/errors.ts";

describe("resolveCredentials", () => {
  const saved = { url: "https://saved.test", key: "saved" };
  const staging = { url: "https://staging.test", key: "staging" };
  const dev = { url: "http://127.0.0.1:8787", key: "dev" };
  const profiles = { default: saved, staging };
  const environment = { TOCSIN_URL: "https://env.test", TOCSIN_KEY: "env" };

  it("prefers options over the environment, then the profile, then the service of this folder", () => {
    const options = { url: "https://flag.test", key: "flag" };
    expect(resolveCredentials(options, environment, profiles, dev)).toEqual(options);
    expect(resolveCredentials({}, environment, profiles, dev)).toEqual({ url: "https://env.test", key: "env" });
    expect(resolveCredentials({}, {}, profiles, dev)).toEqual(saved);
    expect(resolveCredentials({}, {}, {}, dev)).toEqual(dev);
  });

  it("prefers the profile of --profile over the environment", () => {
    expect(resolveCredentials({ profile: "staging" }, environment, profiles, dev)).toEqual(staging);
    expect(resolveCredentials({}, { TOCSIN_PROFILE: "staging" }, profiles, dev)).toEqual(staging);
  });

  it("finds the key that was saved for a URL", () => {
    expect(resolveCredentials({ url: "https://staging.test/" }, {}, profiles, dev)).toEqual(staging);
    expect(resolveCredentials({ url: dev.url }, {}, profiles, dev)).toEqual(dev);
  });

  property.prop([fc.webUrl(), fc.constantFrom({}, { TOCSIN_PROFILE: "staging" })])(
    "sends a saved key to no other URL",
    (url, env) => {
      const result = (() => {
        try {
          return resolveCredentials({ url }, env, profiles, dev).key;
        } catch (error) {
          return (error as CliError).message;
        }
      })();
      expect(result).not.toMatch(/^(saved|staging|dev)$/);
    },
  );

  it("throws if there are no credentials or no such profile", () => {
    const exitCodeOf = (globals: GlobalValues, env = {}) => {
      try {
        resolveCredentials(globals, env, profiles, null);
      } catch (error) {
        return (error as CliError).exitCode;
      }
      return null;
    };
    expect(exitCodeOf({ profile: "constructor" })).toBe(EXIT.denied);
    expect(exitCodeOf({}, { TOCSIN_URL: "https://other.test" })).toBe(EXIT.denied);
    expect(() => resolveCredentials({}, {}, {}, null)).toThrow("Not signed in");
  });
});

describe("parseUrl", () => {
  it("removes the slash at the end", () => {
    expect(parseUrl("https://a.test/tocsin/")).toBe("https://a.test/tocsin");
  });

  it.each(["a.test", "ftp://a.test", "https://u:p@a.test", "https://a.test/?q=1", ""])("rejects %j", (url) => {
    expect(() => parseUrl(url)).toThrow(/^The URL must/);
  });
});

describe("parseKey", () => {
  it("rejects a key that does not fit into a header", () => {
    expect(() => parseKey("two words")).toThrow(/^The API key must be printable ASCII without blanks\.$/);
  });
});

describe("isUnencrypted", () => {
  it.each([
    ["http://tocsin.example.com", true],
    ["http://127.0.0.1:8787", false],
    ["https://tocsin.example.com", false],
  ])("is for %s: %s", (url, expected) => {
    expect(isUnencrypted(url)).toBe(expected);
  });
});
