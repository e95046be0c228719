import { describe, expect, it } from "vitest";
import { grafana } from "../../src/providers/grafana.ts";
import { statuscake } from "../../src/providers/statuscake.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  deliverWithToken,
  flushed,
  ingestPath,
  type TestIntegration,
} from "../support/worker.ts";

type Suggestion = { id: string; name: string; text: string } | null | undefined;

const GRAFANA = {
  id: "grafana",
  name: "Grafana",
  text: "This looks like a delivery of Grafana. Switch the integration to the provider `grafana`.",
};

const createWithToken = (provider: string, settings: Record<string, unknown> = {}): Promise<TestIntegration> =>
  createIntegration({ provider, verification: { scheme: "token" }, ...settings });

async function suggestionOfLatestDelivery(integration: TestIntegration): Promise<Suggestion> {
  const [delivery] = await deliveriesOf(integration);
  return (await api<{ suggestedProvider: Suggestion }>("GET", `/v1/deliveries/${delivery?.id}`)).body.suggestedProvider;
}

async function suggestionOfIntegration({ id }: TestIntegration): Promise<Suggestion> {
  return (await api<{ suggestedProvider: Suggestion }>("GET", `/v1/integrations/${id}`)).body.suggestedProvider;
}

async function listedSuggestion({ id }: TestIntegration, query: string): Promise<Suggestion> {
  const { body } = await api<{ data: { id: string; suggestedProvider?: Suggestion }[] }>(
    "GET",
    `/v1/integrations?limit=20${query}`,
  );
  return body.data.find((one) => one.id === id)?.suggestedProvider;
}

describe("the suggested provider", () => {
  it("is that of the source, until an operator switches the integration", async () => {
    const integration = await createWithToken("generic");
    expect(await suggestionOfIntegration(integration)).toBeNull();
    await deliverWithToken(integration, grafana.sample.body);
    expect(await suggestionOfLatestDelivery(integration)).toEqual(GRAFANA);
    expect(await suggestionOfIntegration(integration)).toEqual(GRAFANA);
    expect(await listedSuggestion(integration, "&include=health")).toEqual(GRAFANA);
    expect(await listedSuggestion(integration, "")).toBeUndefined();
    expect(await alertsOf(integration)).toMatchObject([{ title: "[FIRING:1] DiskFull" }]);

    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { provider: "grafana" })).status).toBe(200);
    expect(await suggestionOfLatestDelivery(integration)).toBeNull();
    expect(await suggestionOfIntegration(integration)).toBeNull();
    expect(await listedSuggestion(integration, "&include=health")).toBeNull();
    await deliverWithToken(integration, grafana.sample.body);
    expect((await alertsOf(integration)).map(({ alertKey }) => alertKey)).toContain("e6349a25f5ef0e9e");
  });

  it("is in the result of a dry run, also of a body that cannot be read", async () => {
    const body = JSON.stringify(grafana.sample.body);
    for (const [provider, status] of [
      ["generic", "ACCEPTED"],
      ["sentry", "REJECTED"],
    ] as const) {
      const { id } = await createWithToken(provider);
      const { body: result } = await api("POST", `/v1/integrations/${id}/dry-run`, { body });
      expect(result).toMatchObject({ suggestedProvider: GRAFANA, decision: { status } });
    }
    const { id } = await createWithToken("grafana");
    const { body: result } = await api("POST", `/v1/integrations/${id}/dry-run`, { body });
    expect(result).toMatchObject({ suggestedProvider: null });
  });

  it("is found in a form that the integration does not accept", async () => {
    const integration = await createWithToken("generic");
    const form = new URLSearchParams(statuscake.sample.body as Record<string, string>);
    const { status } = await deliverWithToken(integration, form.toString(), statuscake.sample.headers);
    expect(status).toBe(415);
    expect(await suggestionOfLatestDelivery(integration)).toMatchObject({ id: "statuscake" });
    expect(await suggestionOfIntegration(integration)).toMatchObject({ id: "statuscake" });
  });

  it("is found in a compressed body", async () => {
    const integration = await createWithToken("generic");
    const json = new Blob([JSON.stringify(grafana.sample.body)]).stream();
    const body = await new Response(json.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
    await call("POST", ingestPath(integration), {
      headers: { "content-encoding": "gzip", "x-tocsin-token": integration.secret },
      body,
    });
    expect(await suggestionOfLatestDelivery(integration)).toEqual(GRAFANA);
  });

  it("does not come from a request that is not verified", async () => {
    const integration = await createWithToken("generic");
    await deliverWithToken({ ...integration, secret: "wrong" }, grafana.sample.body);
    expect(await suggestionOfLatestDelivery(integration)).toBeNull();
    expect(await suggestionOfIntegration(integration)).toBeNull();
    await deliverWithToken(integration, { title: "Disk full" });
    await flushed(integration);
    expect(await suggestionOfIntegration(integration)).toBeNull();
  });

  it("says that a mapping has to go", async () => {
    const integration = await createWithToken("custom", { mapping: { title: "title" } });
    await deliverWithToken(integration, grafana.sample.body);
    expect(await suggestionOfLatestDelivery(integration)).toMatchObject({
      id: "grafana",
      text: "This looks like a delivery of Grafana. Switch the integration to the provider `grafana` and set its mapping to null.",
    });
    const path = `/v1/integrations/${integration.id}`;
    expect((await api("PATCH", path, { provider: "grafana" })).status).toBe(400);
    expect((await api("PATCH", path, { provider: "grafana", mapping: null })).status).toBe(200);
  });
});
