import { describe, expect, it } from "vitest";
import { parseDeliveryQuery } from "../../../src/alerts/query/delivery-query.ts";
import { QueryError } from "../../../src/alerts/query/syntax.ts";

const parse = (query: string) => parseDeliveryQuery(query, Date.UTC(2026, 9, 2));

describe("parseDeliveryQuery", () => {
  it("reads all fields", () => {
    const query =
      'status:rejected statusCode:401,404 reason:signature -title:disk key:"72d3 162e" contentFingerprint:4f53* integration:web timeout';
    expect(parse(query)).toEqual({
      status: ["REJECTED"],
      statusCode: [401, 404],
      conditions: [
        { field: "reason", patterns: [{ text: "signature", isPrefix: false }], isNegated: false },
        { field: "title", patterns: [{ text: "disk", isPrefix: false }], isNegated: true },
        { field: "idempotencyKey", patterns: [{ text: "72d3 162e", isPrefix: false }], isNegated: false },
        { field: "contentFingerprint", patterns: [{ text: "4f53", isPrefix: true }], isNegated: false },
        { field: "text", patterns: [{ text: "timeout", isPrefix: false }], isNegated: false },
      ],
      integrations: [{ patterns: [{ text: "web", isPrefix: false }], isNegated: false }],
      teams: [],
    });
  });

  it("takes the start of a status code for all codes with it", () => {
    expect(parse("statusCode:4*").statusCode).toEqual(Array.from({ length: 100 }, (_, at) => 400 + at));
    expect(parse("statusCode:4* -statusCode:41*,42*,43*,44*,45*,46*,47*,48*,49*,400").statusCode).toEqual([
      401, 402, 403, 404, 405, 406, 407, 408, 409,
    ]);
  });

  it.each([
    ["statusCode:999", "unknown value `999`; use 100 to 599"],
    ["status:open", "unknown value `open`; use accepted, duplicate, rejected"],
    ["severity:high", "unknown field `severity`; use status, statusCode,"],
  ])("rejects %j", (query, message) => {
    expect(() => parse(query)).toThrow(QueryError);
    expect(() => parse(query)).toThrow(message);
  });
});
