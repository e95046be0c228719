import { describe, expect, it } from "vitest";
import { verificationSettings } from "../../src/verification/settings.ts";

const issuesOf = (settings: unknown) =>
  verificationSettings.safeParse(settings).error?.issues.map(({ path, message }) => [path.join("/"), message]);

describe("verification settings", () => {
  it.each([
    [{ scheme: "sns", topic: "arn:aws:sns:eu-west-1:123456789012:alarms" }, "topic"],
    [{ scheme: "hmac", encodng: "base64" }, "encodng"],
    [{ scheme: "standard-webhooks", tolerance: 10 }, "tolerance"],
    [{ scheme: "token", in: "header", nme: "x-key" }, "nme"],
    [{ scheme: "token", header: "x-key" }, "header"],
  ])("have no unknown field: %j", (settings, field) => {
    expect(issuesOf(settings)).toEqual([["", `Unrecognized key: "${field}"`]]);
  });

  it.each([[{}], [{ in: "bearer" }], [{ in: "basic" }]])("of a token have no name that %j does not use", (place) => {
    expect(issuesOf({ scheme: "token", ...place, name: "x-key" })).toEqual([
      ["name", "has a meaning only with `in`: header, query or body"],
    ]);
  });

  it("of a token in a header have the name of a header", () => {
    expect(issuesOf({ scheme: "token", in: "header", name: "x key" })).toEqual([["name", "not an HTTP header name"]]);
    expect(issuesOf({ scheme: "token", in: "body", name: "x key" })).toBeUndefined();
  });
});
