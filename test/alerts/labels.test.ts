import { describe, expect, it } from "vitest";
import { labelsOf } from "../../src/alerts/labels.ts";

const labelsIn = (metadata: unknown) => {
  const {
    tocsin_severity: _,
    tocsin_integration: __,
    ...rest
  } = labelsOf({
    integrationId: "i",
    alertKey: null,
    severity: "HIGH",
    metadata,
  });
  return rest;
};

describe("labelsOf", () => {
  it("adds the labels of Tocsin, over those of the source", () => {
    expect(
      labelsOf({
        integrationId: "i",
        alertKey: "disk",
        severity: "HIGH",
        metadata: { labels: { severity: "page", tocsin_severity: "x" } },
      }),
    ).toEqual({ severity: "page", tocsin_severity: "HIGH", tocsin_integration: "i", tocsin_alert_key: "disk" });
  });

  it("takes only the object `labels`, if there is one", () => {
    expect(labelsIn({ labels: { a: "1", b: null, c: {}, d: "" }, e: "5", tags: ["f:6"] })).toEqual({ a: "1" });
  });

  it("takes tags and other fields where there are no labels", () => {
    expect(
      labelsIn({ a: "1", b: 2, c: true, d: null, e: [], tags: ["f:6:7", "f:8", "bare", ":x", 9, "a:tag"] }),
    ).toEqual({
      a: "tag",
      b: "2",
      c: "true",
      f: "6:7",
    });
    expect(labelsIn({ env: "field", tags: { env: "prod" } })).toEqual({ env: "prod" });
    expect(labelsIn({ labels: "text", tags: "list" })).toEqual({ labels: "text", tags: "list" });
  });

  it.each([null, "text", []])("finds none in %j", (metadata) => {
    expect(labelsIn(metadata)).toEqual({});
  });

  it.each([
    [1.5, "1.5"],
    [1e21, "1000000000000000000000"],
    [-1.25e22, "-12500000000000000000000"],
    [1.5e-7, "0.00000015"],
  ])("writes %j without an exponent", (value, text) => {
    expect(labelsIn({ value })).toEqual({ value: text });
  });
});
