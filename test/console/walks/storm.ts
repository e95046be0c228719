import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, type Demo, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

const EMAIL = "storm@example.com";
/** Alerts that are there before the storm. */
const STORED = 3000;
/** The storm: PACED alerts, one per interval, then BURST alerts at once. */
const PACED = 50;
const INTERVAL_MS = 100;
const BURST = 1000;
const ALERTS_EACH = 50;

export function describeStorm(walk: Walk): void {
  describe("a storm of alerts, ten a second and then 1,000 at once, on 3,000 others", () => {
    it("keeps the selection and the place of its rows, waits behind a button, and leaves the page at work", async () => {
      const { service, browser } = walk;
      await createUser(service, EMAIL, "Stella Storm", true);
      const demo = await createIntegration(service, {
        provider: "alertmanager",
        verification: { scheme: "hmac" },
        name: "Storm",
      });
      await burst(demo, "old", STORED, "info");
      await flushed(service, demo);
      // The newest of their severity come first.
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

      const paced = pace(PACED, INTERVAL_MS, (number) =>
        deliver(demo, message(`paced ${number}`, [firing(`paced-${number}`, "critical")])),
      );
      // The page answers while the alerts arrive.
      await page.getByRole("button", { name: /new alerts?$/ }).waitFor();
      await row(neighbour).getByRole("checkbox").check();
      await row(neighbour).getByRole("checkbox").uncheck();
      await paced;
      await page.getByRole("button", { name: `${PACED} new alerts` }).waitFor();
      expect(await row(last).boundingBox()).toEqual(place);
      await burst(demo, "storm", BURST, "critical");
      const waiting = page.getByRole("button", { name: `${(PACED + BURST).toLocaleString("en")} new alerts` });
      await waiting.waitFor();
      expect(await titles()).toEqual(before);
      expect(await row(last).boundingBox()).toEqual(place);
      for (const title of [first, last]) expect(await row(title).getByRole("checkbox").isChecked()).toBe(true);
      await page.getByText("2 selected").waitFor();

      await waiting.click();
      await row(last).waitFor();
      // 200, the selected ones, and the one under the cursor.
      expect(await page.locator(".alerts > li").count()).toBeLessThanOrEqual(203);
      expect((await titles())[0]).toMatch(/^storm-/);
      for (const title of [first, last]) expect(await row(title).getByRole("checkbox").isChecked()).toBe(true);
      await page.keyboard.press("a");
      await page.getByText("2 alerts acknowledged.").waitFor();
      // The numbers of the two severities are counted up to 1,000 each, and then as alerts arrive.
      await page.waitForFunction(() => /^\(2,\d{3}\+\) Alerts · Tocsin$/.test(document.title));
      expect(errors).toEqual([]);
    });
  });
}

/** Sends alerts with names of one kind, many at once. */
async function burst(demo: Demo, kind: string, count: number, severity: string): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${kind}-${index}`);
  const groups = Array.from({ length: Math.ceil(count / ALERTS_EACH) }, (_, group) =>
    names.slice(group * ALERTS_EACH, (group + 1) * ALERTS_EACH),
  );
  const codes = await Promise.all(
    groups.map((group, number) =>
      deliver(
        demo,
        message(
          `${kind} ${number}`,
          group.map((name) => firing(name, severity)),
        ),
      ),
    ),
  );
  expect(new Set(codes)).toEqual(new Set([202]));
}

/** Calls a function `times` times, once per interval. */
async function pace(times: number, intervalMs: number, call: (number: number) => Promise<unknown>): Promise<void> {
  const calls: Promise<unknown>[] = [];
  for (let number = 0; number < times; number++) {
    calls.push(call(number));
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
  await Promise.all(calls);
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
