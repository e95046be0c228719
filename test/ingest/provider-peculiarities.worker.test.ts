import { describe, expect, it } from "vitest";
import { grafana } from "../../src/providers/grafana.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  deliverWithToken,
  ingestPath,
} from "../support/worker.ts";

const json = { "content-type": "application/json" };

describe("a source's peculiarities", () => {
  it("a body of another source is read as configured", async () => {
    const integration = await createIntegration({ provider: "pingdom" });
    expect((await deliverWithToken(integration, grafana.sample.body)).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN", title: "Pingdom alert" }]);
  });

  it("a body that the provider cannot read is rejected with the name of its source", async () => {
    const integration = await createIntegration({ provider: "sentry", verification: { scheme: "token" } });
    const reply = await deliverWithToken(integration, grafana.sample.body);
    expect(reply).toMatchObject({
      status: 400,
      body: { detail: "This looks like a delivery of Grafana, but the integration is for Sentry." },
    });
    expect(await deliveriesOf(integration)).toMatchObject([{ status: "REJECTED", statusCode: 400 }]);
  });

  it("a token is never stored, for any location in which it is sent", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const { id, secret } = integration;
    await call("POST", `${ingestPath({ id })}/v2/alerts/${secret}/close`, {
      headers: {
        authorization: secret,
        "idempotency-key": secret,
        "content-type": `application/json; k=${secret}`,
        "x-other": `a ${secret}`,
      },
      body: JSON.stringify({ note: secret }),
    });
    await call("POST", `${ingestPath({ id })}/v2/alerts/${secret}`, {
      headers: { "x-tocsin-token": `${secret}x`, "content-type": secret },
    });
    const kept = await deliveriesOf(integration);
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain(secret);
    for (const { id: deliveryId } of kept) {
      expect(JSON.stringify((await api("GET", `/v1/deliveries/${deliveryId}`)).body)).not.toContain(secret);
    }
  });

  it("a form is read if the source sends forms, and stored unchanged", async () => {
    const integration = await createIntegration({ provider: "datadog" });
    const reply = await call("POST", ingestPath(integration), {
      headers: { "content-type": "application/x-www-form-urlencoded", "x-tocsin-token": integration.secret },
      body: "title=Disk+full&transition=Triggered&cycle_key=c1&priority=P1",
    });
    expect(reply.status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Disk full", alertKey: "c1", severity: "CRITICAL" }]);
  });

  it("multipart is read if the source sends it", async () => {
    const integration = await createIntegration({ provider: "uptime-kuma", verification: { scheme: "token" } });
    const form = new FormData();
    form.set(
      "data",
      JSON.stringify({
        heartbeat: { monitorID: 7, status: 0, msg: "timeout" },
        monitor: { id: 7, name: "Shop" },
        msg: "[Shop] down",
      }),
    );
    const reply = await call("POST", ingestPath(integration), {
      headers: { "x-tocsin-token": integration.secret },
      body: form,
    });
    expect(reply.status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ alertKey: "7", status: "OPEN" }]);
  });

  it("PUT works like POST", async () => {
    const integration = await createIntegration({ provider: "grafana" });
    const reply = await call("PUT", ingestPath(integration), {
      headers: { ...json, authorization: `Token ${integration.secret}` },
      body: JSON.stringify(grafana.sample.body),
    });
    expect(reply.status).toBe(202);
  });

  it("a trailing slash in the URL is accepted", async () => {
    const integration = await createIntegration({ provider: "grafana" });
    const headers = { ...json, "x-tocsin-token": integration.secret };
    const body = JSON.stringify(grafana.sample.body);
    expect((await call("POST", `${ingestPath(integration)}/`, { headers, body })).status).toBe(202);
  });

  it("a CloudEvents validation request is granted", async () => {
    const { id } = await createIntegration({ provider: "cloudevents" });
    const reply = await call("OPTIONS", ingestPath({ id }), {
      headers: { "webhook-request-origin": "eventemitter.example.com" },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("webhook-allowed-origin")).toBe("eventemitter.example.com");
    expect(reply.headers.get("webhook-allowed-rate")).toBe("*");
    expect(reply.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("a sender that requires 200 gets 200", async () => {
    const integration = await createIntegration({ provider: "icinga" });
    const { PROVIDERS } = await import("../../src/providers/index.ts");
    const reply = await deliverWithToken(integration, PROVIDERS.get("icinga")!.sample.body);
    expect(reply).toMatchObject({ status: 200, body: { status: "accepted" } });
    expect(await deliveriesOf(integration)).toMatchObject([{ status: "ACCEPTED", statusCode: 200 }]);
  });

  it("a mapping reads unknown formats, including forms and texts", async () => {
    const mapping = { title: "name ? name : $body", alertKey: "key" };
    const integration = await createIntegration({ provider: "custom", verification: { scheme: "token" }, mapping });
    await deliverWithToken(integration, { name: "of JSON", key: 1 });
    await deliverWithToken(integration, "name=of+a+form&key=2", {
      "content-type": "application/x-www-form-urlencoded",
    });
    await deliverWithToken(integration, "of a text", { "content-type": "text/plain" });
    expect((await alertsOf(integration)).map(({ title }) => title).toSorted()).toEqual([
      "of JSON",
      "of a form",
      "of a text",
    ]);
  });

  it("a failing mapping leaves a rejected delivery", async () => {
    const integration = await createIntegration({
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "$uppercase(title)" },
    });
    expect((await deliverWithToken(integration, { title: 7 })).status).toBe(400);
    expect(await deliveriesOf(integration)).toMatchObject([
      { status: "REJECTED", error: expect.stringContaining("mapping's title failed") },
    ]);
  });
});

describe("creating", () => {
  const create = (settings: Record<string, unknown>) =>
    api<{ errors: { pointer: string; detail: string }[]; setup: string; id: string }>("POST", "/v1/integrations", {
      name: "x",
      ...settings,
    });

  it.each([
    [{ provider: "custom" }, "/mapping"],
    [{ provider: "generic", mapping: { title: "a" } }, "/mapping"],
    [{ provider: "custom", mapping: { title: "a +" } }, "/mapping/title"],
    [{ provider: "custom", mapping: { alertKey: "a" } }, "/mapping/title"],
    [{ provider: "datadog", secret: "fifteen-letters" }, "/secret"],
    [{ verification: { scheme: "sns", topic: "x" } }, "/verification/topic"],
    [{ verification: { scheme: "token", in: "header", name: "x key" } }, "/verification/name"],
    [{ provider: "standard-webhooks", secret: "whsec_==========" }, "/secret"],
    [{ provider: "standard-webhooks", secret: "whsec_AAAAAAAAAA" }, "/secret"],
    [{ provider: "standard-webhooks", secret: `whsec_${btoa("x".repeat(23))}` }, "/secret"],
    [{ provider: "standard-webhooks", secret: `whsec_${btoa("x".repeat(65))}` }, "/secret"],
    [{ provider: "standard-webhooks", secret: "no base64, of any length" }, "/secret"],
    [{ provider: "datadog", secret: "a secret with blanks in it" }, "/secret"],
    [
      { provider: "cloudwatch", verification: { scheme: "sns", topicArn: "arn:aws:sqs:eu-west-1:1:x" } },
      "/verification/topicArn",
    ],
  ])("rejects %j at %s", async (settings, pointer) => {
    const reply = await create(settings);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it("names the position of a syntax error in an expression", async () => {
    const { body } = await create({ provider: "custom", mapping: { title: "a +" } });
    expect(body.errors[0]?.detail).toMatch(/\(at character 3\)$/);
  });
});
