import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { callFeeds } from "../../../src/objects/feed/client.ts";
import { Endpoint, isIdle, objectOf, only, stateOf } from "../../api/subscriptions/endpoint.ts";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  flushed,
  ingestPath,
  type TestIntegration,
  until,
} from "../../support/worker.ts";
import { closeAll, LiveClient } from "./live-client.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await closeAll();
});

const ORIGIN = "https://tocsin.test";

/** The stream of a page that a member of a team has open. */
async function pageOf(teamId: string): Promise<LiveClient> {
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  return LiveClient.connect("", { cookie: user.cookie, origin: ORIGIN });
}

async function reject(integration: TestIntegration): Promise<void> {
  await call("POST", ingestPath(integration), { headers: { "x-webhook-signature": "00" }, body: "{}" });
  await flushed(integration);
}

const count = ({ events }: LiveClient, name: string): number => events.filter(({ event }) => event === name).length;

describe("an open page", () => {
  it("gets an event of deliveries without timeline entries, of its teams only", async () => {
    const [team, other] = [await createTeam(), await createTeam()];
    const integration = await createIntegration({ teamId: team });
    const [page, otherPage, key] = [await pageOf(team), await pageOf(other), await LiveClient.connect("")];
    await reject(integration);
    await until(async () => count(page, "deliveries") > 0);
    expect(page.entries).toEqual([]);

    const elsewhere = await createIntegration({ teamId: other });
    await reject(elsewhere);
    await until(async () => count(otherPage, "deliveries") > 0);
    expect([count(otherPage, "deliveries"), count(key, "deliveries")]).toEqual([1, 0]);
  });

  it("gets an event when the state of a subscription changed", async () => {
    const team = await createTeam();
    const [endpoint, integration] = [new Endpoint(), await createIntegration({ teamId: team })];
    const page = await pageOf(team);
    await endpoint.subscribe({ ...only(integration), teamId: team });
    await until(async () => count(page, "subscriptions") > 0);
    expect(page.entries).toEqual([]);
  });

  it("gets an event when a subscription is deleted", async () => {
    const team = await createTeam();
    const subscription = await new Endpoint().subscribe({ ...only(await createIntegration()), teamId: team });
    await until(() => isIdle(subscription));
    const page = await pageOf(team);
    await api("DELETE", `/v1/subscriptions/${subscription.id}`);
    await until(async () => count(page, "subscriptions") > 0);
    expect(count(page, "subscriptions")).toBe(1);
  });

  it("gets no event of a subscription whose object starts again without a change", async () => {
    const team = await createTeam();
    const page = await pageOf(team);
    const subscription = await new Endpoint().subscribe({ ...only(await createIntegration()), teamId: team });
    await until(async () => (await isIdle(subscription)) && count(page, "subscriptions") > 0);
    await evictDurableObject(objectOf(subscription));
    await runInDurableObject(objectOf(subscription), (object) => object.alarm());
    await callFeeds(env, (feed) => feed.listChanged("deliveries", [team]));
    await until(async () => count(page, "deliveries") > 0);
    expect(count(page, "subscriptions")).toBe(1);
  });

  it("gets an event of a failed attempt of a subscription while another attempt hangs", async () => {
    const team = await createTeam();
    const [endpoint, integration] = [new Endpoint(), await createIntegration({ teamId: team })];
    const subscription = await endpoint.subscribe({ ...only(integration), teamId: team });
    await until(() => isIdle(subscription));
    // The object has just announced its config.
    await evictDurableObject(objectOf(subscription));
    const [page, attempt] = [await pageOf(team), holdFirstAttempt(endpoint)];
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => attempt.isHeld());
    await endpoint.answer({ status: 500 });
    await deliver(integration, { id: "b", title: "T" });
    await until(async () => count(page, "subscriptions") > 0);
    expect((await stateOf(subscription)).lastError).toBe("HTTP 500");
    attempt.end();
  });
});

/** Lets the first attempt at an endpoint hang until the test ends it. */
function holdFirstAttempt({ url }: Endpoint): { isHeld(): boolean; end(): void } {
  const original = globalThis.fetch;
  let [isHeld, isEnded] = [false, false];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    if (!isHeld && input === url && init?.method === "POST") {
      isHeld = true;
      await until(async () => isEnded);
    }
    return original(input, init);
  });
  return { isHeld: () => isHeld, end: () => void (isEnded = true) };
}
