import { afterEach, describe, expect, it, vi } from "vitest";
import { SECOND } from "../../src/lib/time.ts";
import { call, withDatabase } from "../support/worker.ts";

describe("GET /healthz", () => {
  it("responds without credentials, with or without Postgres", async () => {
    expect(await call("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    await withDatabase("down", async () => {
      expect((await call("GET", "/healthz")).status).toBe(200);
    });
  });
});

describe("GET /readyz", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Moves the clock: Postgres is checked once a second. */
  const getAfter = (ms: number) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
    return call("GET", "/readyz");
  };

  it("reports whether Postgres responds, and checks it at most once a second", async () => {
    expect((await getAfter(SECOND)).status).toBe(200);
    await withDatabase("down", async () => {
      expect((await getAfter(SECOND - 1)).status).toBe(200);
      const rejected = await getAfter(1);
      expect([rejected.status, rejected.headers.get("retry-after")]).toEqual([503, "5"]);
    });
  });
});
