import { describe, expect, it } from "vitest";
import { createTocsinClient } from "../../client/src/index.ts";
import { dataOf, formatQuery } from "../src/api-client.ts";
import { type CliError, EXIT } from "../src/errors.ts";

describe("dataOf", () => {
  const clientOf = (body: BodyInit, status = 200) =>
    createTocsinClient({ baseUrl: "http://x.test", fetch: () => Promise.resolve(new Response(body, { status })) });

  it("distinguishes an incomplete response, one of another program and an error of the service", async () => {
    const incomplete = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const codes: number[] = [];
    for (const client of [clientOf(incomplete), clientOf("<html>"), clientOf("<html>", 404), clientOf("{}", 409)])
      await dataOf(client.GET("/v1/session")).catch((error: CliError) => codes.push(error.exitCode));
    expect(codes).toEqual([EXIT.unavailable, EXIT.unavailable, EXIT.notFound, EXIT.failed]);
  });
});

describe("formatQuery", () => {
  it("repeats lists, puts labels in brackets, and leaves out undefined values", () => {
    const query = { status: ["OPEN", "CLOSED"], label: ["a b=c&d"], query: undefined, limit: 5 };
    expect(decodeURIComponent(formatQuery(query))).toBe("?status=OPEN&status=CLOSED&label=a+b=c&d&limit=5");
    expect(formatQuery({ query: undefined })).toBe("");
  });
});
