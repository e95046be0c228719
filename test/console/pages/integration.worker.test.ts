import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOUR, MINUTE } from "../../../src/lib/time.ts";
import { createSignedInUser, ORIGIN } from "../../api/users/fixtures.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  objectOf,
  until,
} from "../../support/worker.ts";

afterEach(() => void vi.useRealTimers());

describe("the pages of a new integration", () => {
  it("say that it is connected from the first accepted delivery of the source on", async () => {
    const { cookie } = await createSignedInUser({ isPlatformAdmin: true });
    const headers = { cookie, origin: ORIGIN };
    const form = new URLSearchParams({ provider: "generic", name: "Nightly", "verification.scheme": "token" });
    const created = await call<string>("POST", "/integrations/new", { headers, body: form });
    expect(created.status).toBe(200);
    expect(created.body).toMatch(/<h1[^>]*>Set up Nightly<\/h1>/);

    const integration = await createIntegration({ name: "Nightly", verification: { scheme: "token" } });
    const path = `/integrations/${integration.id}/first-deliveries`;
    const page = async () => (await call<string>("GET", path, { headers })).body.replaceAll(/<\/?bdi>/g, "");
    for (const body of [created.body, await page()]) {
      expect(body).toContain("Waiting for the first delivery");
      expect(body).not.toContain("is connected");
    }

    await api("POST", `/v1/integrations/${integration.id}/test`);
    await until(async () => (await page()).includes(">test delivery</a>"));
    expect(await page()).toContain("Waiting for the first delivery");
    expect(await page()).not.toContain("is connected");

    const reject = () => deliver(integration, "{}", { authorization: "Bearer wrong" });
    await reject();
    await until(async () => (await page()).includes("Not verified"));
    expect(await page()).not.toMatch(/is connected|Waiting/);

    await deliverWithToken(integration, JSON.stringify({ title: "Backup failed" }));
    await until(async () => (await page()).includes("Nightly is connected."));

    for (let count = 0; count < 3; count++) await reject();
    await until(async () => (await page()).split("Not verified").length === 4);
    expect(await page()).toContain("Nightly is connected.");

    const TESTS = 21;
    for (let count = 0; count < TESTS; count++) await api("POST", `/v1/integrations/${integration.id}/test`);
    const tests = async () => (await deliveriesOf(integration)).filter(({ status }) => status !== "REJECTED").length;
    await until(async () => (await tests()) > TESTS);
    expect(await page()).toContain("Nightly is connected.");
  });
});

describe("the page of an integration", () => {
  it("shows the last heartbeat of each job, what is expected, and since when one is missed", async () => {
    const { cookie } = await createSignedInUser({ isPlatformAdmin: true });
    const integration = await createIntegration({ provider: "heartbeat", name: "Jobs", heartbeatMinutes: 60 });
    const sectionOf = async () => {
      const { body } = await call<string>("GET", `/integrations/${integration.id}`, { headers: { cookie } });
      const section = /<section aria-labelledby="heartbeats-title">(.*?)<\/section>/s.exec(body)?.[1] ?? "";
      return { html: section, text: section.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ") };
    };
    expect((await sectionOf()).text).toContain("at least every 60 minutes");

    await deliverWithToken(integration, JSON.stringify({ job: "nightly backup" }));
    expect((await sectionOf()).text).toMatch(/Alive nightly backup last .* next expected /);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR + MINUTE });
    await runDurableObjectAlarm(objectOf(integration));
    const missed = (await alertsOf(integration)).find(({ status }) => status === "OPEN");
    const { html, text } = await sectionOf();
    expect(text).toMatch(/Missed nightly backup last .* was expected .* missed for /);
    expect(html).toContain(`href="/alerts/${missed?.id}"`);
  });
});
