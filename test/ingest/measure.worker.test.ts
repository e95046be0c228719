import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { HOUR } from "../../src/lib/time.ts";
import { createIntegration, ingestPath, type TestIntegration } from "../support/worker.ts";

let points: AnalyticsEngineDataPoint[] = [];
let lines: Record<string, unknown>[] = [];
let requests = 0;

beforeEach(() => {
  points = [];
  lines = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    });
  }
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Sends a body with a token. Returns the status and the delivery's id. */
async function send({ id, secret }: TestIntegration, body: string, given: Partial<Env> = {}, path = "") {
  const context = createExecutionContext();
  // A separate address: failures of other tests must not count against it.
  const headers = { "cf-connecting-ip": `2001:db8:${(requests++).toString(16)}::1` };
  const request = new Request(`https://tocsin.test${ingestPath({ id })}${path}?token=${secret}`, {
    method: "POST",
    headers,
    body,
  });
  const response = await createApp().fetch(request, { ...env, ...given }, context);
  await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, deliveryId: response.headers.get("x-request-id") };
}

const newIntegration = () => createIntegration({ verification: { scheme: "token" } });
/** A deployment whose rate limiter fails with this message. */
const failing = (word: string): Pick<Env, "INGEST_LIMITER"> => ({
  INGEST_LIMITER: { limit: () => Promise.reject(new TypeError(word)) },
});
const rejections = () => lines.filter(({ message }) => message === "delivery rejected");

describe("the log of a delivery", () => {
  it("has a line for each rejection with ids and problem type, and no data of the request", async () => {
    const integration = await newIntegration();
    const outsider = { ...integration, secret: "a-guess-of-a-outsider" };
    const rejected = [
      [await send(outsider, '{"title":"canary"}'), "verification-failed"],
      [await send(integration, "{ canary"), "invalid-body"],
      [await send(integration, "{}", {}, "/canary"), "not-found"],
      [await send(integration, "x".repeat(1024 * 1024 + 1)), "too-large"],
    ] as const;
    expect(rejections()).toEqual(
      rejected.map(([{ status, deliveryId }, problem]) => ({
        level: "warn",
        message: "delivery rejected",
        deliveryId,
        integrationId: integration.id,
        status,
        problem,
        omittedBefore: 0,
      })),
    );
    for (const word of ["canary", outsider.secret, integration.secret]) {
      expect(JSON.stringify(lines)).not.toContain(word);
    }
  });

  it("has a line for an unknown integration id, without the id", async () => {
    const id = crypto.randomUUID();
    // A separate minute: unknown ids of other tests must not count against its limit.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
    const { deliveryId } = await send({ id, secret: "x" }, "{}");
    expect(rejections()).toMatchObject([{ deliveryId, status: 404, problem: "not-found" }]);
    expect(JSON.stringify(lines)).not.toContain(id);
  });

  it("has no line for an accepted delivery", async () => {
    const integration = await newIntegration();
    expect((await send(integration, '{"title":"a"}')).status).toBe(202);
    expect((await send(integration, '{"title":"a"}')).status).toBe(200);
    // Objects of other tests may still flush.
    expect(lines.filter(({ integrationId }) => integrationId === integration.id)).toEqual([]);
  });

  it("has a line for an internal error, without the path after the id", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const broken = failing("canary");
    // Only a known integration is decided with the environment of this test.
    expect((await send(integration, '{"message":"a"}', {}, "/v2/alerts")).status).toBe(202);
    const { status, deliveryId } = await send(integration, "{}", broken, "/v2/alerts/canary/close");
    expect(status).toBe(500);
    expect(lines.filter(({ level }) => level === "error")).toEqual([
      {
        level: "error",
        message: "request failed",
        requestId: deliveryId,
        integrationId: integration.id,
        method: "POST",
        path: ingestPath(integration),
        error: expect.stringMatching(/^TypeError/),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("canary");
  });
});

describe("the data set of deliveries", () => {
  const ANALYTICS: AnalyticsEngineDataset = { writeDataPoint: (point) => void points.push(point ?? {}) };

  it("gets a point for each delivery: integration, outcome, provider, rejection class, duration, size", async () => {
    const integration = await newIntegration();
    await send(integration, '{"title":"a"}', { ANALYTICS });
    await send(integration, '{"title":"a"}', { ANALYTICS });
    await send({ ...integration, secret: "not it" }, "{}", { ANALYTICS });
    await send(integration, "no JSON", { ANALYTICS });
    expect(points).toEqual(
      [
        ["accepted", "", 13],
        ["duplicate", "", 13],
        ["rejected", "verification", 2],
        ["rejected", "body", 7],
      ].map(([outcome, reason, bytes]) => ({
        indexes: [integration.id],
        blobs: [outcome, "generic", reason],
        doubles: [expect.any(Number), bytes],
      })),
    );
  });

  it("gets a point for a delivery that failed with an internal error", async () => {
    const integration = await newIntegration();
    const broken = failing("x");
    // Only a known integration is decided with the environment of this test.
    await send(integration, '{"title":"a"}');
    await send(integration, '{"title":"a"}', { ANALYTICS, ...broken });
    expect(points).toMatchObject([{ blobs: ["failed", "generic", ""] }]);
  });
});
