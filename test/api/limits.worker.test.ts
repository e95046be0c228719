import { describe, expect, it } from "vitest";
import { api } from "../support/worker.ts";

describe("The API", () => {
  it("answers 400 to a query string that is too long, and reads a repeated value once", async () => {
    const repeated = (count: number) => `/v1/alerts?${"status=OPEN&".repeat(count)}limit=1`;
    expect((await api("GET", repeated(500))).status).toBe(200);
    const reply = await api("GET", repeated(10_000));
    expect([reply.status, reply.body]).toMatchObject([400, { detail: expect.stringContaining("Query string") }]);
  });

  it("answers 400 to a body of too many values", async () => {
    const reply = await api(
      "POST",
      "/v1/teams",
      Array.from({ length: 100_000 }, () => []),
    );
    expect([reply.status, reply.body]).toMatchObject([400, { detail: expect.stringContaining("20,000 values") }]);
  });

  it("lists at most a hundred errors of a body", async () => {
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, i]));
    const reply = await api<{ errors: unknown[] }>("POST", "/v1/teams", { name: "x", ...fields });
    expect([reply.status, reply.body.errors.length]).toEqual([400, 100]);
  });

  it("answers 400 to a cursor that is too long", async () => {
    expect((await api("GET", `/v1/alerts?cursor=${"A".repeat(5000)}`)).status).toBe(400);
  });
});
