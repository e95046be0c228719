import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

const EMAIL = "storm@example.com";
const DELIVERIES = 20;
const ALERTS_EACH = 50;

export function describeStorm(walk: Walk): void {
  describe("a storm of 1,000 alerts", () => {
    it("keeps the selection and the place of its rows, waits behind a button, and leaves the page at work", async () => {
      const { service, browser } = walk;
      await createUser(service, EMAIL, "Stella Storm", true);
      const demo = await createIntegration(service, {
        provider: "alertmanager",
        verification: { scheme: "hmac" },
        name: "Storm",
      });
      const calm = Array.from({ length: 30 }, (_, index) => firing(`calm-${index}`, "info"));
      await deliver(demo, message("calm", calm));
      await flushed(service, demo);
      const page = await signIn(await browser.newContext({ viewport: { width: 1280, height: 800 } }), service, EMAIL);
      const errors = collectErrors(page);
      const refreshed = page.waitForResponse((response) => response.request().resourceType() === "fetch");
      await page.goto(`${service.url}/alerts?query=integration:${demo.integrationId}`);
      await (await refreshed).finished();

      const row = (title: string) => page.locator(".alerts > li", { has: page.getByText(title, { exact: true }) });
      const titles = () => page.locator(".alerts > li .title").allTextContents();
      const before = await titles();
      // The last one is in view, and another one next to it.
      const [first, neighbour, last] = [before[2] ?? "", before[28] ?? "", before[29] ?? ""];
      for (const title of [first, last]) await row(title).getByRole("checkbox").check();
      await row(neighbour).getByRole("checkbox").scrollIntoViewIfNeeded();
      const place = await row(last).boundingBox();

      const sent = Promise.all(
        Array.from({ length: DELIVERIES }, (_, number) => {
          const alerts = Array.from({ length: ALERTS_EACH }, (_one, index) =>
            firing(`storm-${number * ALERTS_EACH + index}`, "critical"),
          );
          return deliver(demo, message(`storm ${number}`, alerts));
        }),
      );
      // The page answers while the alerts arrive.
      await page.getByRole("button", { name: /new alerts?$/ }).waitFor();
      await row(neighbour).getByRole("checkbox").check();
      await row(neighbour).getByRole("checkbox").uncheck();
      await sent;
      await page.getByRole("button", { name: "1,000 new alerts" }).waitFor();
      expect(await titles()).toEqual(before);
      expect(await row(last).boundingBox()).toEqual(place);
      for (const title of [first, last]) expect(await row(title).getByRole("checkbox").isChecked()).toBe(true);
      await page.getByText("2 selected").waitFor();

      await page.getByRole("button", { name: "1,000 new alerts" }).click();
      await row(last).waitFor();
      // 200, the selected ones, and the one under the cursor.
      expect(await page.locator(".alerts > li").count()).toBeLessThanOrEqual(203);
      expect((await titles())[0]).toMatch(/^storm-/);
      for (const title of [first, last]) expect(await row(title).getByRole("checkbox").isChecked()).toBe(true);
      await page.keyboard.press("a");
      await page.getByText("2 alerts acknowledged.").waitFor();
      await page.waitForFunction(
        () => document.title === "(1,000+) Alerts · Tocsin" || document.title.startsWith("(1,0"),
      );
      expect(errors).toEqual([]);
    });
  });
}

const firing = (title: string, severity: string) => ({
  status: "firing",
  labels: { alertname: title, severity },
  annotations: { summary: title },
  startsAt: new Date().toISOString(),
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus.example.com/graph",
  fingerprint: title,
});

const message = (groupKey: string, alerts: object[]) => ({
  version: "4",
  groupKey,
  status: "firing",
  receiver: "tocsin",
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "http://alertmanager.example.com",
  alerts,
});
