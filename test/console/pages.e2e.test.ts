/** Every page of the console, in light and dark, narrow and wide: accessible, in its bounds, quick, and deaf to what titles say. */
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn, startBrowser, troublesOf } from "../support/browser.ts";
import { type ConsoleData, fill, HOSTILE_TITLE, LONG_TITLE } from "../support/console-data.ts";
import { type Service, startService } from "../support/service.ts";

let service: Service;
let browser: Browser;
let data: ConsoleData;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  data = await fill(service);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  rmSync(service.stateDirectory, { recursive: true });
});

/** The pages that nobody must be signed in for come first. */
const DOORS = ["sign-in", "welcome", "set-password"];

async function eachPage(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const [name, route] of Object.entries(data.pages)) {
    if (DOORS.includes(name) !== (page.url() === "about:blank" || DOORS.some((door) => page.url().endsWith(door))))
      continue;
    await page.goto(service.url + route);
    await look(name);
  }
}

/** A page of one who is not signed in, and of one who is. */
async function bothPages(options: Parameters<Browser["newContext"]>[0]): Promise<Page[]> {
  const contexts = await Promise.all([browser.newContext(options), browser.newContext(options)]);
  return [await contexts[0].newPage(), await signIn(contexts[1], service, data.admin)];
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.each(["light", "dark"] as const)("every page, %s", (colorScheme) => {
  it.each([360, 1280, 1920])("is accessible and in its bounds at a width of %i", async (width) => {
    // axe comes as a script into the page, which the page's policy would not let in.
    const viewport = { width, height: 800 };
    for (const page of await bothPages({ colorScheme, viewport, bypassCSP: true, reducedMotion: "reduce" })) {
      await eachPage(page, async (name) => {
        await page.evaluate(axe);
        const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
        expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
        const overflow = await page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)");
        expect({ name, overflow }).toEqual({ name, overflow: 0 });
      });
      await page.context().close();
    }
  });
});

it("runs nothing that an alert says, and shows it as it is", async () => {
  const page = await signIn(await browser.newContext(), service, data.admin);
  const troubles = troublesOf(page);
  await eachPage(page, async () => {});
  await page.goto(service.url + (data.pages["alert-hostile"] ?? ""));
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(HOSTILE_TITLE);
  expect(await page.locator("main img, main script").count()).toBe(0);
  await page.goto(service.url + (data.pages["alert-long"] ?? ""));
  const shown = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  expect(LONG_TITLE.startsWith(shown.replace(/…$/, "").trimEnd())).toBe(true);
  expect(troubles).toEqual([]);
  await page.context().close();
});

it("sends less than 100 KiB for a first page, and moves nothing once it is there", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await signIn(context, service, data.admin);
  for (const name of ["overview", "alerts", "alert", "delivery", "integration"]) {
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.clearBrowserCache");
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(service.url + (data.pages[name] ?? ""), { waitUntil: "load" });
    await page.waitForFunction(() => document.documentElement.classList.contains("scripted"));
    // Two frames: what the script changed is drawn.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const shift = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    expect({ name, isLight: bytes < 100 * 1024, isStill: shift < 0.01, bytes, shift }).toMatchObject({
      name,
      isLight: true,
      isStill: true,
    });
    await session.detach();
  }
  await context.close();
});
