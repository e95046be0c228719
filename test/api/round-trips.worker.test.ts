/** Every page of the console and every read of the API takes one batch to Postgres, and one before it for the session. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { neonConfig } from "@neondatabase/serverless";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import document from "../../docs/openapi.json";
import { pagePaths, type ReadIds, readPaths } from "../../scripts/lib/every-read.ts";
import { SqlRounds } from "../../scripts/lib/sql-rounds.ts";
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import { createRouter } from "../../src/app.ts";
import worker from "../../src/index.ts";
import { alertsOf, api, call, createIntegration, deliver, deliveriesOf } from "../support/worker.ts";

const CREDENTIALS = { email: "round-trips@example.com", password: "correct horse battery staple" };

/** Ids that the paths name before the data exists. */
const PLACEHOLDERS: ReadIds = {
  integration: "INTEGRATION",
  mapped: "MAPPED",
  alert: "ALERT",
  delivery: "DELIVERY",
  subscription: "SUBSCRIPTION",
  silence: "SILENCE",
  pendingSilence: "PENDING",
  team: "TEAM",
  user: "USER",
  apiKey: "API-KEY",
};
const PAGES = pagePaths(PLACEHOLDERS);
/** Pages without a session. */
const PUBLIC = new Set(["/sign-in", "/welcome", "/set-password"]);
const READS = readPaths(document as unknown as ApiDocument, PLACEHOLDERS);

let ids: ReadIds;
let cookie: string;
const fetchSql = fetch;
let rounds = new SqlRounds();
/** Set while a request of the test runs: objects work in the background and make requests of their own. */
const counted = new AsyncLocalStorage<SqlRounds>();

beforeAll(async () => {
  const id = async (path: string, body: unknown) => (await api<{ id: string }>("POST", path, body)).body.id;
  const user = await id("/v1/users", { ...CREDENTIALS, name: "Ada", isPlatformAdmin: true });
  const team = await id("/v1/teams", { name: "Round trips" });
  const apiKey = await id("/v1/api-keys", { name: "Pager", scopes: ["alerts:read"], teamId: team });
  const subscription = await id("/v1/subscriptions", {
    name: "Pager",
    url: "https://pager.example.com/",
    teamId: null,
  });
  await api("PATCH", `/v1/subscriptions/${subscription}`, { isEnabled: false });
  const newSilence = {
    matchers: [{ name: "service", value: "round-trips" }],
    endsAt: "2099-01-01T00:00:00Z",
    comment: "Round trips",
  };
  const silence = await id("/v1/silences", newSilence);
  const pendingSilence = await id("/v1/silences", { ...newSilence, startsAt: "2098-01-01T00:00:00Z" });
  const integration = await createIntegration();
  const mapped = await createIntegration({ provider: "custom", mapping: { title: "title" } });
  for (const one of [integration, mapped]) await deliver(one, { title: "Disk almost full" });
  const [alert] = await alertsOf(integration);
  const [delivery] = await deliveriesOf(integration);
  await deliveriesOf(mapped);
  ids = {
    integration: integration.id,
    mapped: mapped.id,
    alert: alert?.id ?? "",
    delivery: delivery?.id ?? "",
    subscription,
    silence,
    pendingSilence,
    team,
    user,
    apiKey,
  };
  const signedIn = await call("POST", "/v1/session", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(CREDENTIALS),
  });
  cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
});

beforeEach(() => {
  rounds = new SqlRounds();
  neonConfig.fetchFunction = (...request: Parameters<typeof fetch>) =>
    counted.getStore()?.count(async () => {
      // Parallel requests begin before one of them is answered.
      await scheduler.wait(20);
      return fetchSql(...request);
    }) ?? fetchSql(...request);
});

afterEach(() => {
  neonConfig.fetchFunction = undefined;
});

/** The path with the ids of the data. */
const filled = (path: string): string =>
  Object.entries(PLACEHOLDERS).reduce((text, [name, id]) => text.replaceAll(id, ids[name as keyof ReadIds]), path);

const statusOf = (path: string, headers: Record<string, string>): Promise<number> =>
  counted.run(rounds, async () => {
    const request = new Request(`https://tocsin.test${filled(path)}`, { headers });
    const response = await worker.fetch(request, env, createExecutionContext());
    await response.text();
    return response.status;
  });

describe("A page of the console", () => {
  it.each(PAGES)("takes two round trips at most: %s", async (path) => {
    // The settings redirect to their first page.
    const expected = path === "/settings" ? 302 : /\/(dead-letters|attempts)\/ALERT$/.test(path) ? 404 : 200;
    expect(await statusOf(path, { cookie })).toBe(expected);
    expect(rounds.depth).toBeLessThanOrEqual(2);
    expect(rounds.requests).toBeGreaterThanOrEqual(PUBLIC.has(path) ? 0 : 1);
    // One for the session, one for the rows; statistics have a timeout of their own.
    expect(rounds.requests).toBeLessThanOrEqual(3);
  });

  it("takes no further one for the histogram of the alert list", async () => {
    expect(await statusOf("/alerts", { cookie: `${cookie}; alert_histogram=shown` })).toBe(200);
    expect(rounds.depth).toBeLessThanOrEqual(2);
    expect(rounds.requests).toBeLessThanOrEqual(3);
  });

  it("is in the list above", () => {
    const ofApi = new Set([...Object.keys(document.paths), "/docs", "/openapi.json"]);
    const routes = createRouter()
      .routes.filter(
        ({ method, path }) => method === "GET" && !path.includes("*") && !/^\/(v1|in|api|mcp)\b/.test(path),
      )
      .map(({ path }) => path)
      .filter((path) => !ofApi.has(path));
    const patterns = new Set(routes.map((path) => path.replaceAll(/:\w+/g, "[^/?]+")));
    const missing = [...patterns].filter(
      (pattern) => !PAGES.some((page) => new RegExp(`^${pattern}(\\?|$)`).test(page)),
    );
    expect(patterns.size).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

describe("A read of the API", () => {
  /** What an isolate knows of a key ends after some seconds: each read gets one of its own. */
  const newKey = async () =>
    (await api<{ key: string }>("POST", "/v1/api-keys", { name: "reader", scopes: ["admin"], teamId: null })).body.key;

  it.each(READS)("takes one round trip with a known key: %s", async (path) => {
    const key = await newKey();
    await statusOf("/v1/session", { authorization: `Bearer ${key}` });
    rounds = new SqlRounds();
    expect(await statusOf(path, { authorization: `Bearer ${key}` })).toBeLessThan(500);
    expect(rounds.requests).toBeLessThanOrEqual(1);
  });

  it.each(READS)("takes two round trips with a session: %s", async (path) => {
    expect(await statusOf(path, { cookie })).toBeLessThan(500);
    expect(rounds.depth).toBeLessThanOrEqual(2);
  });
});
