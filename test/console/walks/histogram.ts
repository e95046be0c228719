import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, type Demo, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

const EMAIL = "histogram@example.com";
const HOUR = 3_600_000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function describeHistogram(walk: Walk): void {
  describe("the histogram of the alert list", () => {
    let demo: Demo;

    beforeAll(async () => {
      const { service } = walk;
      await createUser(service, EMAIL, "Hannah Gram", true);
      demo = await createIntegration(service, {
        provider: "generic",
        verification: { scheme: "hmac" },
        name: "History",
      });
      for (const [id, hours] of [
        ["new", 0],
        ["of the morning", 10],
        ["also of the morning", 10],
        ["of last night", 18],
      ] as const)
        await deliver(demo, { id, title: id, timestamp: new Date(Date.now() - hours * HOUR).toISOString() });
      await deliver(demo, { id: "new", title: "new", status: "resolved" });
      await flushed(service, demo);
    });

    const list = () => `${walk.service.url}/alerts?query=integration:History&view=all`;
    const titles = async (page: Page) => (await page.locator(".alerts > li .title").allTextContents()).toSorted();
    const open = async (context: { timezoneId?: string; javaScriptEnabled?: boolean; bypassCSP?: boolean } = {}) => {
      const page = await signIn(await walk.browser.newContext(context), walk.service, EMAIL);
      await page.goto(list());
      await page.getByRole("link", { name: "Show histogram" }).click();
      await page.locator("#histogram").waitFor();
      return page;
    };
    /** The columns with new alerts, oldest first. */
    const filled = (page: Page) =>
      page.locator('#histogram .column[aria-label*=" new"]:not([aria-label*=": 0 new, 0 "])');

    it("shows new and resolved alerts in local time, filters by a click, and stays open", async () => {
      const page = await open({ timezoneId: "Asia/Kolkata" });
      const errors = collectErrors(page);
      await page.locator("html.ready").waitFor();
      expect(new URL(page.url()).searchParams.has("histogram")).toBe(false);
      await page.locator("#histogram figcaption").getByText("4 new").waitFor();
      await page.locator("#histogram figcaption").getByText("1 resolved").waitFor();
      const morning = page.locator('#histogram .column[aria-label*=": 2 new, 0 resolved"]');
      await morning.hover();
      await page
        .locator(".chart-tip")
        .getByText(/UTC\+5:30: 2 new, 0 resolved$/)
        .waitFor();
      await morning.click();
      await page.waitForURL((url) => url.searchParams.get("query")?.includes("until:") ?? false);
      expect(await titles(page)).toEqual(["also of the morning", "of the morning"]);
      await page.locator("#histogram").getByRole("link", { name: "Any time" }).click();
      await page.locator(".alerts > li", { hasText: "of last night" }).waitFor();
      await page.getByRole("link", { name: "Hide histogram" }).click();
      await page.locator("#histogram").waitFor({ state: "detached" });
      expect(errors).toEqual([]);
    });

    it("is zoomed by dragging over a period, and by keyboard", async () => {
      const page = await open();
      await page.locator("html.ready").waitFor();
      const from = await filled(page).nth(0).boundingBox();
      const until = await filled(page).nth(1).boundingBox();
      const y = (from?.y ?? 0) + 10;
      await page.mouse.move((from?.x ?? 0) + 1, y);
      await page.mouse.down();
      await page.mouse.move((until?.x ?? 0) - 20, y, { steps: 4 });
      await page.locator(".chart-brush").waitFor();
      await page.mouse.up();
      await page.waitForURL((url) => url.searchParams.get("query")?.includes("until:") ?? false);
      expect(await titles(page)).toEqual(["of last night"]);
      expect(new URL(page.url()).searchParams.get("view")).toBe("all");
      await page.goBack();
      await page.locator("html.ready").waitFor();
      await page.locator('#histogram .column[tabindex="0"]').focus();
      for (let columns = 0; columns < 20; columns++) await page.keyboard.press("ArrowLeft");
      await page
        .locator(".chart-tip")
        .getByText(/ new, /)
        .waitFor();
      if (!/: 2 new/.test((await page.locator(".chart-tip").textContent()) ?? ""))
        await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.get("query")?.includes("until:") ?? false);
    });

    it("counts what arrives while it is open", async () => {
      const page = await open();
      const refreshed = page.waitForResponse((response) => response.request().resourceType() === "fetch");
      await page.goto(list());
      await (await refreshed).finished();
      await deliver(demo, { id: "live", title: "live" });
      await page.locator("#histogram figcaption").getByText("5 new").waitFor();
      await deliver(demo, { id: "live", title: "live", status: "resolved" });
      await page.locator("#histogram figcaption").getByText("2 resolved").waitFor();
      expect(await page.locator("#histogram svg").first().getAttribute("aria-label")).toBe("Alerts: 5 new, 2 resolved");
    });

    it("works without scripts, in UTC", async () => {
      const page = await open({ javaScriptEnabled: false });
      const morning = page.locator('#histogram .column[aria-label*=": 2 new, 0 resolved"]');
      expect(await morning.getAttribute("aria-label")).toMatch(/ UTC: 2 new/);
      await page.goto(new URL((await morning.getAttribute("href")) ?? "", walk.service.url).href);
      expect(await titles(page)).toEqual(["also of the morning", "of the morning"]);
    });

    it("is accessible, fits every width, and moves nothing while it loads", async () => {
      const page = await open({ bypassCSP: true });
      const problems: string[] = [];
      await page.locator("summary", { hasText: "Preferences" }).locator("visible=true").click();
      await page.evaluate(axe);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [360, 1280, 1920]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 800 });
          const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
          problems.push(...violations.map(({ id, nodes }) => `${colorScheme} ${width}: ${id} ${nodes[0]?.html}`));
          const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          if (overflow > 0) problems.push(`${width}: overflows by ${overflow} px`);
        }
      }
      expect(problems).toEqual([]);
      await page.addInitScript(() => {
        const shifts: number[] = [];
        Object.assign(globalThis, { shifts });
        new PerformanceObserver((entries) => {
          for (const entry of entries.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.reload();
      await page.locator("html.ready").waitFor();
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const shift = await page.evaluate(() =>
        (globalThis as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
      );
      expect(shift).toBeLessThan(0.01);
    });
  });
}
