import { afterEach, describe, expect, it } from "vitest";
import { HOUR } from "../../../src/lib/time.ts";
import { newTeam } from "../../api/subscriptions/endpoint.ts";
import { api, createIntegration, deliver, until } from "../../support/worker.ts";
import { closeAll, LiveClient } from "./live-client.ts";

afterEach(closeAll);

const silence = (settings: object) =>
  api<{ id: string }>("POST", "/v1/silences", {
    matchers: [{ name: "service", value: crypto.randomUUID() }],
    endsAt: new Date(Date.now() + HOUR).toISOString(),
    comment: "deploy",
    ...settings,
  });

const mutings = ({ events }: LiveClient): number => events.filter(({ event }) => event === "muting").length;

describe("a live client", () => {
  it("learns that a silence was created, changed and expired", async () => {
    const client = await LiveClient.connect("muted=false");
    const { id } = (await silence({})).body;
    await until(async () => mutings(client) === 1);
    await api("PATCH", `/v1/silences/${id}`, { comment: "x" });
    await until(async () => mutings(client) === 2);
    await api("DELETE", `/v1/silences/${id}`);
    await until(async () => mutings(client) === 3);
    expect(client.events.every(({ id: cursor }) => /^\d+\.\d+\./.test(cursor))).toBe(true);
  });

  it("learns that a silence starts, and that it ends", async () => {
    const client = await LiveClient.connect("muted=false");
    await silence({
      startsAt: new Date(Date.now() + 700).toISOString(),
      endsAt: new Date(Date.now() + 1400).toISOString(),
    });
    await until(async () => mutings(client) === 3);
    expect(mutings(client)).toBe(3);
  });

  it("receives no entries of alerts that are muted, unless it asks for them", async () => {
    const integration = await createIntegration({ teamId: await newTeam() });
    const query = `integrationId=${integration.id}`;
    const [unmuted, muted, all] = [
      await LiveClient.connect(`${query}&muted=false`),
      await LiveClient.connect(`${query}&muted=true`),
      await LiveClient.connect(query),
    ];
    await silence({ matchers: [{ name: "tocsin_alert_key", value: "quiet" }], teamId: null });
    await deliver(integration, { id: "quiet", title: "x" });
    await deliver(integration, { id: "loud", title: "x" });
    await unmuted.received("loud");
    await all.received("quiet");
    await muted.received("quiet");
    expect([unmuted.alertKeys, muted.alertKeys, all.alertKeys]).toEqual([["loud"], ["quiet"], ["quiet", "loud"]]);
  });
});
