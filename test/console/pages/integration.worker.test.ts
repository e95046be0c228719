import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOUR, MINUTE } from "../../../src/lib/time.ts";
import { createSignedInUser } from "../../api/users/fixtures.ts";
import { alertsOf, call, createIntegration, deliverWithToken, objectOf } from "../../support/worker.ts";

afterEach(() => void vi.useRealTimers());

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
