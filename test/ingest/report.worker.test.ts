import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { Bound } from "../../src/lib/minute-limit.ts";
import { MINUTE } from "../../src/lib/time.ts";
import { createIntegration, type TestIntegration } from "../support/worker.ts";

let points: AnalyticsEngineDataPoint[] = [];
let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  points = [];
  lines = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    });
  }
});
afterEach(() => vi.restoreAllMocks());

/** Sends a body with a token; gives the status of the answer and the delivery's id. */
async function send({ id, secret }: TestIntegration, body: string, given: Partial<Env> = {}, path = "") {
  const context = createExecutionContext();
  const request = new Request(`https://tocsin.test/in/${id}${path}?token=${secret}`, { method: "POST", body });
  const response = await createApp().fetch(request, { ...env, ...given }, context);
  await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, deliveryId: response.headers.get("x-request-id") };
}

const newIntegration = () => createIntegration({ verification: { scheme: "token" } });
/** A deployment whose limiter fails, with this word in its error. */
const failing = (word: string): Pick<Env, "INGEST_LIMITER"> => ({
  INGEST_LIMITER: { limit: () => Promise.reject(new TypeError(word)) },
});
const refusals = () => lines.filter(({ message }) => message === "delivery rejected");

describe("the log of a delivery", () => {
  it("has a line for each refusal, with the ids and the kind of the problem, and nothing that was sent", async () => {
    const integration = await newIntegration();
    const stranger = { ...integration, secret: "a-guess-of-a-stranger" };
    const rejected = [
      [await send(stranger, '{"title":"canary"}'), "verification-failed"],
      [await send(integration, "{ canary"), "invalid-body"],
      [await send(integration, "{}", {}, "/canary"), "not-found"],
      [await send(integration, "x".repeat(1024 * 1024 + 1)), "too-large"],
    ] as const;
    expect(refusals()).toEqual(
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
    for (const word of ["canary", stranger.secret, integration.secret]) {
      expect(JSON.stringify(lines)).not.toContain(word);
    }
  });

  it("has a line for an id that there is none of, without it: a stranger chose it", async () => {
    const id = crypto.randomUUID();
    const { deliveryId } = await send({ id, secret: "x" }, "{}");
    expect(refusals()).toMatchObject([{ deliveryId, status: 404, problem: "not-found" }]);
    expect(JSON.stringify(lines)).not.toContain(id);
  });

  it("has none for what was taken", async () => {
    const integration = await newIntegration();
    expect((await send(integration, '{"title":"a"}')).status).toBe(202);
    expect((await send(integration, '{"title":"a"}')).status).toBe(200);
    expect(lines).toEqual([]);
  });

  it("has a line for a fault of ours, without what a source puts behind the id", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const broken = failing("canary");
    const { status, deliveryId } = await send(integration, "{}", broken, "/v2/alerts/canary/close");
    expect(status).toBe(500);
    expect(lines.filter(({ level }) => level === "error")).toEqual([
      {
        level: "error",
        message: "request failed",
        requestId: deliveryId,
        integrationId: integration.id,
        method: "POST",
        path: `/in/${integration.id}`,
        error: expect.stringMatching(/^TypeError/),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("canary");
  });
});

describe("a bound", () => {
  it("lets so many through in a minute for each key, and tells with the next how many were left out", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(0);
    const bound = new Bound(2);
    expect(["a", "a", "a", "b", "a"].map((key) => bound.take(key))).toEqual([0, 0, null, 0, null]);
    expect(bound.leaveOut("b")).toBeNull();
    expect(bound.take("b")).toBe(1);
    clock.mockReturnValue(MINUTE);
    expect(["a", "a", "a"].map((key) => bound.take(key))).toEqual([2, 0, null]);
  });
});

describe("the data set of deliveries", () => {
  const ANALYTICS: AnalyticsEngineDataset = { writeDataPoint: (point) => void points.push(point ?? {}) };

  it("gets a point of each delivery: whose, what became of it, of which provider, why not, how long, how large", async () => {
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

  it("gets a point of a delivery that failed by a fault of ours", async () => {
    const integration = await newIntegration();
    const broken = failing("x");
    await send(integration, '{"title":"a"}', { ANALYTICS, ...broken });
    expect(points).toMatchObject([{ blobs: ["failed", "generic", ""] }]);
  });
});
