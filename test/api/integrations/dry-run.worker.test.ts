import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../../src/providers/index.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliverWithToken,
  deliveriesOf,
  type TestIntegration,
} from "../../support/worker.ts";
import { sign } from "../../support/sign.ts";

interface DryRun {
  verification: { isVerified: boolean; scheme: string; reason?: string };
  events: Record<string, unknown>[];
  unreadable: string[];
  dedupKey: { kind: string; value: string } | null;
  decision: {
    status: string;
    reason: string;
    statusCode: number;
    duplicateOf: string | null;
    outcomes: Record<string, unknown>[];
  };
  errors?: { pointer: string }[];
}

const tryMapping = (integration: TestIntegration, mapping: Record<string, string>, body: unknown) =>
  api<DryRun>("POST", `/v1/integrations/${integration.id}/dry-run`, { body: JSON.stringify(body), mapping });

const dryRun = (integration: TestIntegration, body: unknown, headers: Record<string, string> = {}, path?: string) =>
  api<DryRun>("POST", `/v1/integrations/${integration.id}/dry-run`, {
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers,
    ...(path !== undefined && { path }),
  });

describe("a dry run", () => {
  it("of an SNS integration reads bodies that are not from SNS", async () => {
    const integration = await createIntegration({ provider: "datadog", verification: { scheme: "sns" } });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const { status, body } = await dryRun(
      integration,
      new URLSearchParams({
        Type: "Notification",
        Message: JSON.stringify(PROVIDERS.get("datadog")!.sample.body),
      }).toString(),
      form,
    );
    expect([status, body.decision.status]).toEqual([200, "ACCEPTED"]);
  });

  it("reports the verification, the events and the decision", async () => {
    const integration = await createIntegration();
    const body = JSON.stringify({ id: "a", title: "A", severity: "P1", timestamp: 1790000000 });
    const signature = await sign(integration.secret, body);
    const { status, body: result } = await dryRun(integration, body, { "X-Webhook-Signature": signature });
    expect(status).toBe(200);
    expect(result).toMatchObject({
      verification: { scheme: "hmac", isVerified: true },
      events: [
        { action: "trigger", alertKey: "a", title: "A", severity: "CRITICAL", occurredAt: "2026-09-21T14:13:20.000Z" },
      ],
      dedupKey: { kind: "fingerprint" },
      decision: { status: "ACCEPTED", statusCode: 202, outcomes: [{ outcome: "created", alertId: null }] },
    });
  });

  it("records nothing", async () => {
    const integration = await createIntegration();
    for (let i = 0; i < 2; i++)
      expect((await dryRun(integration, { id: "a", title: "A" })).body.decision.status).toBe("ACCEPTED");
    expect(await deliveriesOf(integration)).toEqual([]);
    expect(await alertsOf(integration)).toEqual([]);
  });

  it("considers earlier deliveries", async () => {
    const integration = await createIntegration();
    const { body: first } = await deliver(integration, { id: "a", title: "A" });
    const again = await dryRun(integration, { id: "a", title: "A" });
    expect(again.body.decision).toMatchObject({ status: "DUPLICATE", duplicateOf: first.deliveryId, statusCode: 200 });
    const resolved = await dryRun(integration, { id: "a", title: "A", status: "resolved" });
    expect(resolved.body.decision.outcomes).toMatchObject([{ outcome: "resolved", alertId: first.alerts[0]?.id }]);
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN" }]);
  });

  it("reads a delivery that fails verification and reports the failure", async () => {
    const integration = await createIntegration();
    const { body } = await dryRun(integration, { title: "A" });
    expect(body.verification).toMatchObject({ isVerified: false, reason: expect.stringContaining("missing") });
    expect(body.events).toHaveLength(1);
  });

  it("reports why a body would be rejected", async () => {
    const integration = await createIntegration({ provider: "pingdom" });
    for (const [sent, reason] of [
      ["{", "not JSON"],
      ["[]", "expected a Pingdom state change"],
      [JSON.stringify(PROVIDERS.get("grafana")?.sample.body), "looks like a delivery of Grafana"],
    ] as const) {
      const { status, body } = await dryRun(integration, sent);
      expect(status).toBe(200);
      expect(body).toMatchObject({ events: [], dedupKey: null, decision: { status: "REJECTED", statusCode: 400 } });
      expect(body.decision.reason.toLowerCase()).toContain(reason.toLowerCase());
    }
  });

  it("considers a path that determines the format", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const { body } = await dryRun(integration, "{}", {}, "/v2/alerts/db-1/close?identifierType=alias");
    expect(body.events).toMatchObject([{ action: "resolve", alertKey: "db-1" }]);
  });

  it("lists the unreadable elements of a batch separately", async () => {
    const integration = await createIntegration();
    const { body } = await dryRun(integration, [{ title: "A" }, 7]);
    expect(body).toMatchObject({ events: [{ title: "A" }], unreadable: ["/1: expected a JSON object"] });
  });

  it("rejects invalid requests", async () => {
    const integration = await createIntegration();
    const url = `/v1/integrations/${integration.id}/dry-run`;
    expect((await api<DryRun>("POST", url, { headers: {} })).body.errors?.[0]?.pointer).toBe("/body");
    expect((await api("POST", url, { body: "{}", headers: { "a b": "c" } })).status).toBe(400);
    expect((await api("POST", url, { body: "{}", headers: { a: "b\nc" } })).status).toBe(400);
    expect((await api("POST", url, { body: "x".repeat(1024 * 1024 + 1) })).status).toBe(413);
    expect((await api("POST", `/v1/integrations/${crypto.randomUUID()}/dry-run`, { body: "{}" })).status).toBe(404);
  });
});

describe("a provider's sample", () => {
  it.each([...PROVIDERS.keys()].filter((id) => id !== "custom"))(
    "is accepted, as a dry run and as a delivery: %s",
    async (provider) => {
      const { sample } = PROVIDERS.get(provider)!;
      const integration = await createIntegration({ provider, verification: { scheme: "token" } });
      const headers = { ...sample.headers };
      const result = await dryRun(
        integration,
        typeof sample.body === "string" ? sample.body : JSON.stringify(sample.body),
        headers,
        sample.path,
      );
      expect(result.body.decision.status).toBe("ACCEPTED");
      if (sample.path === undefined)
        expect((await deliverWithToken(integration, sample.body, headers)).status).toBeLessThan(300);
    },
  );
});

describe("a dry run with a mapping", () => {
  it("uses the mapping and does not change the saved one", async () => {
    const integration = await createIntegration({ provider: "custom", mapping: { title: "title" } });
    const body = { name: "Queue is full", depth: 9 };
    const tried = await tryMapping(integration, { title: "name & $string(depth)", alertKey: "name" }, body);
    expect(tried.body.events).toMatchObject([{ title: "Queue is full9", alertKey: "Queue is full" }]);
    expect(tried.body.decision.status).toBe("ACCEPTED");
    expect((await dryRun(integration, body)).body.decision.status).toBe("REJECTED");
  });

  it("points to an invalid expression", async () => {
    const integration = await createIntegration({ provider: "custom", mapping: { title: "title" } });
    const { status, body } = await tryMapping(integration, { title: "name", severity: "$broken(" }, {});
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer: "/mapping/severity" }]);
  });

  it("is a conflict for an integration of another provider", async () => {
    expect((await tryMapping(await createIntegration(), { title: "name" }, {})).status).toBe(409);
  });

  describe("of a stored delivery", () => {
    const dryRunStored = (integration: TestIntegration, body: object) =>
      api<DryRun & { sample?: { deliveryId: string; body: string; headers: Record<string, string> } }>(
        "POST",
        `/v1/integrations/${integration.id}/dry-run`,
        body,
      );

    it("takes the last verified one as `latest`, apart from duplicates, and adds it to the result on request", async () => {
      const integration = await createIntegration();
      expect((await dryRunStored(integration, { deliveryId: "latest" })).status).toBe(404);
      await deliver(integration, { id: "a", title: "A" });
      const { body: last } = await deliver(integration, { id: "b", title: "Ä" });
      await deliver(integration, { id: "a", title: "A" });
      const unverified = await deliver({ ...integration, secret: "x".repeat(32) }, { id: "evil", title: "Evil" });
      expect(unverified.status).toBe(401);
      expect((await deliveriesOf(integration)).map(({ status }) => status).toSorted()).toEqual([
        "ACCEPTED",
        "ACCEPTED",
        "DUPLICATE",
        "REJECTED",
      ]);
      const { body } = await dryRunStored(integration, { deliveryId: "latest", includeSample: true });
      expect(body.events).toMatchObject([{ alertKey: "b" }]);
      expect(body.sample).toMatchObject({ deliveryId: last.deliveryId, bodyEncoding: "base64" });
      const { deliveryId: _, ...request } = body.sample!;
      expect(new TextDecoder().decode(Buffer.from(request.body, "base64"))).toBe('{"id":"b","title":"Ä"}');
      // It can be tried again as it is.
      expect((await dryRunStored(integration, request)).body.events).toEqual(body.events);
      expect((await dryRunStored(integration, { deliveryId: "latest" })).body.sample).toBeUndefined();
      expect((await dryRunStored(integration, { ...request, includeSample: true })).body.sample).toBeUndefined();
    });
  });
});
