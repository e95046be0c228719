/** The order of the stages, and the reaction to a rejection or a newer config. The stages are real, the dependencies fakes. */
import { describe, expect, it } from "vitest";
import type { IncomingRequest, LoadedIntegration } from "../../src/ingest/delivery.ts";
import type { Dependencies } from "../../src/ingest/dependencies.ts";
import { run } from "../../src/ingest/pipeline.ts";
import { secretsOf } from "../../src/ingest/redact.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { NewerConfig } from "../../src/ingest/stages.ts";
import { Problem } from "../../src/lib/problem.ts";
import type { AcceptReply, IntegrationConfig } from "../../src/objects/integration/rpc.ts";
import { PROVIDERS } from "../../src/providers/index.ts";

const config = (changes: Partial<IntegrationConfig> = {}): IntegrationConfig => ({
  id: "6f1c2b34-5a2e-4a55-9c0e-3f7c8a1b2c3d",
  version: 1,
  name: "test",
  provider: "generic",
  teamId: null,
  isEnabled: true,
  isDeleted: false,
  deduplicationWindowMinutes: 15,
  autoResolveMinutes: null,
  heartbeatMinutes: null,
  idempotencyHeader: null,
  ignore: [],
  verification: { scheme: "token" },
  secrets: [],
  ...changes,
});

const integrationOf = (changes: Partial<IntegrationConfig> = {}, providerId = "generic"): LoadedIntegration => ({
  config: config(changes),
  provider: PROVIDERS.get(providerId)!,
  verify: () => Promise.resolve({ isVerified: true, secret: "current" }),
  secrets: ["s3cret"],
  loadedAt: 0,
  confirmedAt: 0,
});

/** The smallest body that opens an alert. */
const BODY = '{"title":"Disk full"}';

const request = (body: string, changes: Partial<IncomingRequest> = {}): IncomingRequest => {
  const bytes = new Uint8Array(new TextEncoder().encode(body));
  return {
    id: "01890000-0000-7000-8000-000000000001",
    url: new URL("https://t.test/in/x"),
    path: "",
    headers: new Headers({ "content-type": "application/json" }),
    body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
    receivedAt: Date.UTC(2026, 9, 1),
    isLoop: false,
    replayOf: null,
    ...changes,
  };
};

const ACCEPTED: AcceptReply = {
  kind: "decided",
  status: "ACCEPTED",
  duplicateOf: null,
  outcomes: [],
  alertKeys: [],
  reason: "",
};

/** Dependencies that accept everything, and record the calls. */
function dependencies(changes: Partial<Dependencies> = {}): Dependencies & { calls: string[] } {
  const calls: string[] = [];
  const noted =
    <Args extends unknown[], T>(name: string, work: (...args: Args) => T) =>
    (...args: Args): T => {
      calls.push(name);
      return work(...args);
    };
  const all: Dependencies = {
    authenticate: () => Promise.resolve({ isVerified: true, secret: "current" }),
    secretsToMask: secretsOf,
    isWithinRate: () => Promise.resolve(true),
    visitSubscribeUrl: () => Promise.resolve(true),
    pinSnsTopic: (_, topicArn) => Promise.resolve(topicArn),
    submit: () => Promise.resolve(ACCEPTED),
    recordRejection: (rejection) => Promise.resolve(rejection),
    reloadIntegration: () => Promise.resolve(integrationOf({ version: 2 })),
    ...changes,
  };
  return {
    calls,
    authenticate: noted("authenticate", all.authenticate),
    secretsToMask: all.secretsToMask,
    isWithinRate: noted("isWithinRate", all.isWithinRate),
    visitSubscribeUrl: noted("visitSubscribeUrl", all.visitSubscribeUrl),
    pinSnsTopic: noted("pinSnsTopic", all.pinSnsTopic),
    submit: noted("submit", all.submit),
    recordRejection: noted("recordRejection", all.recordRejection),
    reloadIntegration: noted("reloadIntegration", all.reloadIntegration),
  };
}

const unverified = (failure: "mismatch" | "unavailable") => ({
  authenticate: () => Promise.resolve({ isVerified: false as const, failure, reason: "no signature matches" }),
});

const problemOf = async (...args: Parameters<typeof run>): Promise<Rejection> => {
  const result = await run(...args);
  if (!(result instanceof Rejection)) throw new Error("the delivery was accepted");
  return result;
};

describe("the pipeline", () => {
  it("verifies a delivery, limits its rate and submits it, in this order", async () => {
    const outside = dependencies();
    const result = await run(request('{"title":"Disk full"}'), integrationOf(), outside);
    expect(result).toMatchObject({ status: "ACCEPTED", events: [{ title: "Disk full" }] });
    expect(outside.calls).toEqual(["authenticate", "isWithinRate", "submit"]);
  });

  it.each<[string, IncomingRequest, Partial<Dependencies>, Partial<IntegrationConfig>, string, string[]]>([
    ["an unknown path", request(BODY, { path: "/nowhere" }), {}, {}, "not-found", ["authenticate"]],
    [
      "a body over the limit",
      request(BODY, { body: { bytes: new Uint8Array(0), isTooLarge: true, announcedBytes: null } }),
      {},
      {},
      "too-large",
      [],
    ],
    ["an unverified delivery", request(BODY), unverified("mismatch"), {}, "verification-failed", ["authenticate"]],
    ["a disabled integration", request(BODY), {}, { isEnabled: false }, "disabled", ["authenticate"]],
    [
      "a message of this deployment's subscription",
      request(BODY, { isLoop: true }),
      {},
      {},
      "forbidden",
      ["authenticate"],
    ],
    [
      "an encoded body",
      request(BODY, { headers: new Headers({ "content-encoding": "br" }) }),
      {},
      {},
      "unsupported-media-type",
      ["authenticate"],
    ],
    ["a body that is not JSON", request("{"), {}, {}, "invalid-body", ["authenticate"]],
    [
      "a delivery over the rate limit",
      request(BODY),
      { isWithinRate: () => Promise.resolve(false) },
      {},
      "unavailable",
      ["authenticate", "isWithinRate"],
    ],
  ])(
    "rejects %s before any later stage runs, and records the rejection once",
    async (_, given, changes, settings, type, calls) => {
      const outside = dependencies(changes);
      expect((await problemOf(given, integrationOf(settings), outside)).problem.type).toBe(type);
      expect(outside.calls).toEqual([...calls, "recordRejection"]);
    },
  );

  it("counts a rejection against the address of the sender only if the delivery is not verified", async () => {
    const blamed = async (changes: Partial<Dependencies>) =>
      (await problemOf(request(BODY), integrationOf(), dependencies(changes))).isSendersFault;
    expect(await blamed(unverified("mismatch"))).toBe(true);
    expect(await blamed(unverified("unavailable"))).toBe(true);
    expect(await blamed({ isWithinRate: () => Promise.resolve(false) })).toBe(false);
  });

  it("repeats all stages from verification when the object knows a newer config", async () => {
    let submitted = 0;
    const outside = dependencies({
      submit: () =>
        Promise.resolve(submitted++ === 0 ? { kind: "newer-config", config: config({ version: 2 }) } : ACCEPTED),
    });
    const result = await run(request(BODY), integrationOf(), outside);
    expect(result).toMatchObject({ integration: { config: { version: 2 } } });
    expect(outside.calls).toEqual([
      "authenticate",
      "isWithinRate",
      "submit",
      "reloadIntegration",
      "authenticate",
      "isWithinRate",
      "submit",
    ]);
  });

  it("runs again when a rejection rests on an old config", async () => {
    let attempts = 0;
    const outside = dependencies({
      authenticate: () =>
        Promise.resolve(
          attempts++ === 0
            ? { isVerified: false, failure: "mismatch", reason: "old secret" }
            : { isVerified: true, secret: "current" },
        ),
      recordRejection: () => Promise.resolve(new NewerConfig(config({ version: 2 }))),
    });
    expect(await run(request(BODY), integrationOf(), outside)).toMatchObject({ status: "ACCEPTED" });
  });

  it("answers with a temporary error when configs keep changing", async () => {
    const outside = dependencies({ submit: () => Promise.resolve({ kind: "newer-config", config: config() }) });
    const { problem, isRecorded } = await problemOf(request(BODY), integrationOf(), outside);
    expect([problem.status, problem.headers, isRecorded]).toEqual([503, { "retry-after": "1" }, false]);
  });

  it("rejects a delivery whose integration was deleted on its way", async () => {
    const outside = dependencies({
      submit: () => Promise.resolve({ kind: "newer-config", config: config() }),
      reloadIntegration: () => Promise.resolve(null),
    });
    expect((await problemOf(request(BODY), integrationOf(), outside)).problem.status).toBe(404);
  });

  it.each<[AcceptReply, number, boolean]>([
    [{ kind: "older-config" }, 503, false],
    [{ kind: "overloaded", retryAfterSeconds: 30 }, 503, false],
    [{ kind: "overloaded", retryAfterSeconds: 30, isLimit: true }, 503, true],
    [{ kind: "unknown" }, 404, false],
    [{ kind: "failed" }, 500, false],
  ])("turns the object's reply %o into %i", async (reply, status, isRecorded) => {
    const rejection = await problemOf(
      request(BODY),
      integrationOf(),
      dependencies({ submit: () => Promise.resolve(reply) }),
    );
    expect([rejection.problem.status, rejection.isRecorded]).toEqual([status, isRecorded]);
  });

  it("answers overload with 429 if the sender retries only on 429", async () => {
    const outside = dependencies({ submit: () => Promise.resolve({ kind: "overloaded", retryAfterSeconds: 30 }) });
    const body = JSON.stringify({
      routing_key: "s3cret",
      event_action: "trigger",
      payload: { summary: "x", source: "y", severity: "info" },
    });
    const delivery = request(body, { path: "/v2/enqueue" });
    expect((await problemOf(delivery, integrationOf({}, "pagerduty"), outside)).problem.status).toBe(429);
  });

  it("masks the token in the submitted delivery", async () => {
    let submitted = "";
    const outside = dependencies({
      submit: (delivery) => {
        submitted = JSON.stringify(delivery) + new TextDecoder().decode(delivery.body);
        return Promise.resolve(ACCEPTED);
      },
    });
    const headers = new Headers({ "content-type": "application/json", "x-odd": "s3cret" });
    await run(request('{"title":"s3cret"}', { headers }), integrationOf(), outside);
    expect(submitted).toContain("******");
    expect(submitted).not.toContain("s3cret");
  });

  it("rethrows an unexpected error", async () => {
    const outside = dependencies({ submit: () => Promise.reject(new TypeError("a bug")) });
    await expect(run(request(BODY), integrationOf(), outside)).rejects.toThrow(TypeError);
    const unreachable = dependencies({ submit: () => Promise.reject(new Problem("unavailable", "x")) });
    await expect(run(request(BODY), integrationOf(), unreachable)).rejects.toThrow(Problem);
  });
});
