import { describe, expect, it } from "vitest";
import { signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

const EMAIL = "time-zone@example.com";

export function describeTimeZone(walk: Walk): void {
  describe("times", () => {
    it("are local from the first byte on, or UTC on all pages after one click", async () => {
      const { service, browser } = walk;
      await createUser(service, EMAIL, "Tim Zone", true);
      const demo = await createIntegration(service, {
        provider: "generic",
        verification: { scheme: "hmac" },
        name: "Clock",
      });
      await deliver(demo, { id: "tick", title: "tick" });
      await flushed(service, demo);
      const { body } = await api<{ data: { id: string; receivedAt: string }[] }>(
        service,
        "GET",
        `/v1/deliveries?integrationId=${demo.integrationId}`,
      );
      const [{ id, receivedAt } = { id: "", receivedAt: "" }] = body.data;
      const path = `${service.url}/deliveries/${id}`;
      const inUtc = `${receivedAt.replace("T", " ").replace("Z", "")} UTC`;
      const page = await signIn(await browser.newContext({ timezoneId: "Asia/Kolkata" }), service, EMAIL);

      const response = await page.goto(path);
      const shown = page.locator("time[data-exact]").first();
      const local = (await shown.textContent()) ?? "";
      expect(local).toMatch(/ UTC\+5:30$/);
      expect(Date.parse(local.replace(" UTC+5:30", "+05:30").replace(" ", "T"))).toBe(Date.parse(receivedAt));
      expect(await response?.text()).toContain(local);

      await page.locator("summary", { hasText: "Preferences" }).locator("visible=true").click();
      await page.getByLabel("UTC").locator("visible=true").check();
      expect(await shown.textContent()).toBe(inUtc);
      const reloaded = await page.goto(path);
      expect(await reloaded?.text()).toContain(inUtc);
      await page.goto(`${service.url}/alerts?query=integration:Clock`);
      await page.locator("html.ready").waitFor();
      expect(await page.locator(".alerts time").last().getAttribute("title")).toMatch(/ UTC$/);
      await page.locator("summary", { hasText: "Preferences" }).locator("visible=true").click();
      await page.getByLabel("Local").locator("visible=true").check();
      expect(await page.locator(".alerts time").last().getAttribute("title")).toMatch(/ UTC\+5:30$/);

      const plain = await signIn(await browser.newContext({ javaScriptEnabled: false }), service, EMAIL);
      await plain.goto(path);
      expect(await plain.locator("time[data-exact]").first().textContent()).toBe(inUtc);
    });
  });
}
