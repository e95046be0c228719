import { describe, expect, it } from "vitest";
import { call, until, withDatabase } from "../support/worker.ts";

describe("GET /healthz", () => {
  it("responds without credentials, with or without Postgres", async () => {
    expect(await call("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    await withDatabase("down", async () => {
      expect((await call("GET", "/healthz")).status).toBe(200);
    });
  });
});

describe("GET /readyz", () => {
  it("reports whether Postgres responds", async () => {
    await until(async () => (await call("GET", "/readyz")).status === 200);
    await withDatabase("down", async () => {
      const rejected = await until(async () => {
        const reply = await call("GET", "/readyz");
        return reply.status === 503 && reply;
      });
      expect(rejected.headers.get("retry-after")).toBe("5");
    });
  });
});
