import { afterEach, describe, expect, it } from "vitest";
import { Endpoint, only } from "../../api/subscriptions/endpoint.ts";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { call, createIntegration, flushed, ingestPath, type TestIntegration, until } from "../../support/worker.ts";
import { closeAll, LiveClient } from "./live-client.ts";

afterEach(closeAll);

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
  it("learns of deliveries without timeline entries, of its teams only", async () => {
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

  it("learns that the state of a subscription changed", async () => {
    const team = await createTeam();
    const [endpoint, integration] = [new Endpoint(), await createIntegration({ teamId: team })];
    const page = await pageOf(team);
    await endpoint.subscribe({ ...only(integration), teamId: team });
    await until(async () => count(page, "subscriptions") > 0);
    expect(page.entries).toEqual([]);
  });
});
