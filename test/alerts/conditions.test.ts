import { describe, expect, it } from "vitest";
import { type Condition, type ConditionedAlert, labelForms, meetsCondition } from "../../src/alerts/conditions.ts";

const ALERT: ConditionedAlert = {
  teamId: null,
  integrationId: "i",
  alertKey: "job-513",
  externalId: null,
  title: "Disk full",
  description: "on host A",
  source: "db-1",
  acknowledgedBy: "user:7",
  acknowledgedByName: "Ada Łovelace",
  metadata: { labels: { service: "checkout", port: 8080 }, tags: ["env:prod-eu"] },
};

const condition = (field: Condition["field"], text: string, isPrefix = false, label?: string): Condition => ({
  field,
  label,
  patterns: [{ text, isPrefix }],
  isNegated: false,
});

describe("meetsCondition", () => {
  it.each<[string, Condition, boolean]>([
    ["a whole key", condition("alertKey", "job-513"), true],
    ["the start of a key", condition("alertKey", "job-", true), true],
    ["a key in another case", condition("alertKey", "JOB-513"), false],
    ["a field without a value", condition("externalId", "", true), false],
    ["text in any case", condition("text", "DISK"), true],
    ["text of the description", condition("text", "host a"), true],
    ["an actor", condition("acknowledgedBy", "user:7"), true],
    ["the id of a user", condition("acknowledgedBy", "7"), true],
    ["a name in any case", condition("acknowledgedBy", "ada łOVELACE"), true],
    ["the start of a name", condition("acknowledgedBy", "ADA", true), true],
    ["another name", condition("acknowledgedBy", "Ada"), false],
    ["the start of a label", condition("label", "check", true, "service"), true],
    ["the start of a number", condition("label", "80", true, "port"), true],
    ["the start of a tag", condition("label", "prod", true, "env"), true],
    ["any value of a label", condition("label", "", true, "service"), true],
    ["a missing label", condition("label", "", true, "zone"), false],
  ])("reads %s", (_, one, expected) => {
    expect(meetsCondition(ALERT, one)).toBe(expected);
    expect(meetsCondition(ALERT, { ...one, isNegated: true })).toBe(!expected);
  });

  it("takes the patterns as alternatives", () => {
    const patterns = [
      { text: "db-2", isPrefix: false },
      { text: "db-1", isPrefix: false },
    ];
    expect(meetsCondition(ALERT, { field: "source", patterns, isNegated: false })).toBe(true);
    expect(meetsCondition(ALERT, { field: "source", patterns: [], isNegated: false })).toBe(false);
  });
});

describe("labelForms", () => {
  it.each(["007", "-01", "1.", "0x1", "1e3"])("takes %j as text only", (value) => {
    expect(labelForms("a", value)).toEqual([
      { labels: { a: value } },
      { tags: { a: value } },
      { a: value },
      { tags: [`a:${value}`] },
    ]);
  });
});
