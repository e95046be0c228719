import { expect, it } from "vitest";
import { REJECTION_CLASSES, rejectionClassOf } from "../../src/alerts/rejection-class.ts";

it("rejectionClassOf returns a class for every status code", () => {
  expect([400, 401, 410, 413, 415, 429, 503, 404].map(rejectionClassOf)).toEqual([
    "body",
    "verification",
    "disabled",
    "body",
    "body",
    "unavailable",
    "unavailable",
    "other",
  ]);
  expect(REJECTION_CLASSES).toContain(rejectionClassOf(500));
});
