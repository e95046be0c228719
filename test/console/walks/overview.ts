import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeOverview(walk: Walk): void {
  describe("the overview", () => {
    it("leads from each number and fault to the list that shows exactly these", async () => {
      const { service, browser } = walk;
      await createUser(service, "overview@example.com", "Olga View", true);
      const demo = await createIntegration(service, {
        name: "Shop",
        provider: "generic",
        verification: { scheme: "hmac" },
      });
      const fire = (id: string, severity: string) => deliver(demo, { id, title: id, severity });
      for (const id of ["checkout down", "payments down"]) await fire(id, "critical");
      for (const id of ["search slow", "report late", "backup late"]) await fire(id, "low");
      for (let attempt = 0; attempt < 2; attempt++) await deliver({ ...demo, secret: "not it" }, { id: "lost" });
      await flushed(service, demo);
      const found = await api<{ data: { id: string }[] }>(
        service,
        "GET",
        `/v1/alerts?query=integration:Shop "backup late"`,
      );
      const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
      await api(service, "PATCH", `/v1/alerts/${found.body.data[0]?.id}`, { snoozedUntil });
      await flushed(service, demo);

      const page = await signIn(await browser.newContext(), service, "overview@example.com");
      const errors = collectErrors(page);
      const titles = () => page.locator(".alerts > li .title").allTextContents();
      /** Opens a link of the overview. @returns the number in it */
      const follow = async (name: RegExp, of = "main") => {
        await page.goto(service.url);
        const link = page.locator(of).getByRole("link", { name }).first();
        const number = Number(/\d+/.exec((await link.textContent()) ?? "")?.[0]);
        await link.click();
        await page.waitForURL((url) => url.pathname !== "/");
        return number;
      };

      expect(await follow(/ open$/, ".tiles li:has(.severity-critical)")).toBe(2);
      expect((await titles()).toSorted()).toEqual(["checkout down", "payments down"]);
      expect(await follow(/ open$/, ".tiles li:has(.severity-low)")).toBe(2);
      expect((await titles()).toSorted()).toEqual(["report late", "search slow"]);
      expect(await follow(/ unresolved$/)).toBe(1);
      expect(await titles()).toEqual(["backup late"]);
      expect(await follow(/^All/)).toBe(2);
      expect((await titles()).toSorted()).toEqual(["checkout down", "payments down"]);

      expect(await follow(/deliveries rejected: No signature matches/)).toBe(2);
      expect(await page.locator(".deliveries > li").count()).toBe(2);
      await page.goto(service.url);
      await page.locator(".faults").getByText("Copy the secret into the source again").waitFor();
      await page.getByRole("link", { name: "checkout down" }).first().click();
      await page.getByRole("heading", { name: "checkout down" }).waitFor();
      expect(errors).toEqual([]);
    });

    it("is kept current by alerts and by rejections, as the list of deliveries is", async () => {
      const { service, browser } = walk;
      const demo = await createIntegration(service, {
        provider: "generic",
        verification: { scheme: "hmac" },
        name: "Live",
      });
      const page = await signIn(await browser.newContext(), service, "overview@example.com");
      await deliver(demo, { id: "just now", title: "arrived just now", severity: "critical" });
      await page.getByRole("link", { name: "arrived just now" }).first().waitFor();

      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}`);
      const list = page.locator(".deliveries");
      await list.getByRole("link", { name: "arrived just now" }).first().waitFor();
      const overview = await page.context().newPage();
      await overview.goto(service.url);
      const fault = overview.locator(".faults").getByRole("link", { name: /rejected: .*JSON/ });
      expect(await fault.count()).toBe(0);
      expect(await deliver(demo, "no object")).toBe(400);
      await fault.waitFor();
      await page.bringToFront();
      await list.locator(".decision-rejected").first().waitFor();
    });
  });
}
