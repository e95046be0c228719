import { describe, expect, it } from "vitest";
import type { MessagePayload } from "../../../src/objects/subscription/message.ts";
import { sampleBody } from "../../../src/objects/subscription/sample.ts";
import { expressionFault, transform } from "../../../src/objects/subscription/transform.ts";

const payload = JSON.parse(sampleBody("CREATED", null, "")) as MessagePayload;

describe("An expression", () => {
  it.each([
    ['{ "text": data.alert.title & " (" & type & ")" }', { text: "Disk almost full on db-1 (alert.created)" }],
    ["data.alert.metadata.labels", { service: "checkout", env: "production" }],
    ["[data.alert.severity, null]", ["CRITICAL", null]],
    ['"text"', "text"],
  ])("%s makes a body", async (expression, body) => {
    expect(await transform(expression, payload)).toEqual(body);
  });

  it.each([
    ["data.missing", "no JSON value"],
    ["function($x) { $x }", "no JSON value"],
    ["data.alert.title + 1", "must be a number"],
    ['$error("secret")', "failed"],
    ["($f := function($n) { $f($n + 1) + 1 }; $f(1))", "the expression"],
    ["[1..9999999]", "the expression"],
  ])("%s fails", async (expression, reason) => {
    await expect(transform(expression, payload)).rejects.toThrow(reason);
  });

  it("quotes no value of the message in an error", async () => {
    await expect(transform("$number(data.alert.title)", payload)).rejects.toThrow(/^(?!.*Disk)/);
  });

  it("is checked when it is saved, with the position of the mistake", () => {
    expect(expressionFault('{ "text": ')).toMatch(/at character \d+/);
    expect(expressionFault("data.alert.title")).toBeNull();
  });
});
