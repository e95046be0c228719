import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/lib/ids.ts";
import { api, call, createIntegration, deliver, flushed, ingestPath } from "../support/worker.ts";

interface Problem {
  detail: string;
  errors: { pointer: string; detail: string }[];
}

interface Document {
  paths: Record<string, Record<string, { operationId: string; parameters?: { in?: string; name?: string }[] }>>;
}

const headers = { authorization: `Bearer ${env.ROOT_API_KEY}` };
const { body: document } = await call<Document>("GET", "/openapi.json");

const operations = Object.entries(document.paths)
  .filter(([path]) => !path.startsWith("/in/"))
  .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ ...operation, method, path })))
  // Identity providers add parameters of their own.
  .filter(({ operationId }) => operationId !== "finishSignIn");

/** Errors of the API of Alertmanager are texts. */
const [alertmanager, own] = [true, false].map((isText) =>
  operations.filter(({ path }) => path.startsWith("/api/v2/") === isText),
);

describe("an unknown query parameter", () => {
  it.each(alertmanager!)("is rejected by $operationId", async ({ method, path }) => {
    const url = `${path.replaceAll(/\{\w+\}/g, newId())}?severty=CRITICAL`;
    const { status, body } = await call<string>(method.toUpperCase(), url, { headers });
    expect([status, body]).toEqual([400, expect.stringContaining("Unknown query parameter `severty`.")]);
  });

  it.each(own!)("is rejected by $operationId", async ({ method, path, parameters = [] }) => {
    const url = `${path.replaceAll(/\{\w+\}/g, newId())}?severty=CRITICAL`;
    const { status, body } = await call<Problem>(method.toUpperCase(), url, { headers });
    expect([status, body.errors]).toEqual([400, [{ pointer: "/severty", detail: "unknown query parameter" }]]);
    expect(body.detail).toContain("Unknown query parameter `severty`.");
    const known = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => `\`${name}\``);
    for (const name of known) expect(body.detail).toContain(name);
    if (known.length === 0) expect(body.detail).toContain("This operation has none.");
  });

  it("is named with all others", async () => {
    const { body } = await call<Problem>("GET", "/v1/alerts?state=OPEN&labels.a=1&limit=1", { headers });
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(["/state", "/labels.a"]);
    expect(body.detail).toBe(
      "Unknown query parameters `state`, `labels.a`. " +
        "Use `acknowledgedBy`, `alertKey`, `cursor`, `externalId`, `integrationId`, `label`, `limit`, `muted`, " +
        "`query`, `severity`, `since`, `sort`, `source`, `status`, `teamId`, `until`.",
    );
  });

  it("is not reported to a caller without the scope or without a key", async () => {
    const { body } = await api<{ key: string }>("POST", "/v1/api-keys", { name: "x", scopes: ["deliveries:read"] });
    const theirs = await call("GET", "/v1/alerts?x=1", { headers: { authorization: `Bearer ${body.key}` } });
    expect(theirs.status).toBe(403);
    expect((await call("GET", "/v1/alerts?x=1")).status).toBe(401);
  });

  it("is accepted at the callback of an identity provider and at an ingest URL", async () => {
    const callback = await call<Problem>("GET", "/v1/session/oidc/nobody/callback?session_state=x", { headers });
    expect(callback.status).toBe(404);
    expect((await call("GET", `${ingestPath(await createIntegration())}?anything=1`)).status).toBe(200);
  });
});

describe("labels in the query", () => {
  it("filter in both forms, and all of them must match", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { title: "x", labels: { service: "checkout", env: "a=b" } });
    await flushed(integration);
    const found = async (query: string) =>
      (await api<{ data: { id: string }[] }>("GET", `/v1/alerts?integrationId=${integration.id}&${query}`)).body.data;
    const ids = [{ id: body.alerts[0]?.id }];
    expect(await found("label.service=checkout&label.env=a%3Db")).toMatchObject(ids);
    expect(await found("label=service%3Dcheckout&label=env%3Da%3Db")).toMatchObject(ids);
    expect(await found("label=service%3Dcheckout&label.env=prod")).toEqual([]);
  });

  it.each([
    ["label.service=a&label.service=b", "give each label once"],
    ["label=service%3Da&label.service=b", "give each label once"],
    ["label.=a", "expected label.name=value"],
    [Array.from({ length: 11 }, (_, at) => `label.l${at}=x`).join("&"), "at most 10"],
  ])("rejects %s", async (query, detail) => {
    const { status, body } = await call<Problem>("GET", `/v1/alerts/counts?${query}`, { headers });
    expect([status, body.errors]).toEqual([400, [{ pointer: "/label", detail }]]);
  });

  it("rejects a label without a value", async () => {
    const { status, body } = await call<Problem>("GET", "/v1/alerts?label=service", { headers });
    expect([status, body.errors]).toEqual([400, [{ pointer: "/label/0", detail: "expected name=value" }]]);
  });
});
