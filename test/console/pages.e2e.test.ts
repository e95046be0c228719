/** Checks of every page of the console: accessibility, overflow, escaping, size and layout shift. */
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { collectErrors, signIn, startBrowser } from "../support/browser.ts";
import { type ConsoleData, fill, HOSTILE_TITLE, LONG_TITLE } from "../support/console-data.ts";
import { type Service, startService } from "../support/service.ts";

const WIDTHS = [360, 1280, 1920];
const SCHEMES = ["light", "dark"] as const;
/** The height of `--target` in styles/tokens.css. */
const MIN_TARGET_PX = 40;
/** Of the page, its styles and its scripts, each compressed by gzip. */
const MAX_FIRST_LOAD_BYTES = 60_000;
/** Shifts of a score below this are invisible. https://web.dev/articles/cls */
const MAX_LAYOUT_SHIFT = 0.01;

/** Pages for visitors without a session. */
const PUBLIC_PAGES = new Set(["sign-in", "welcome", "set-password"]);

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

const pagesFor = (isSignedIn: boolean) =>
  Object.entries(data.pages).filter(([name]) => PUBLIC_PAGES.has(name) !== isSignedIn);

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

it.each([
  { visitor: "a visitor", isSignedIn: false },
  { visitor: "a user", isSignedIn: true },
])("is accessible and fits every width, light and dark, for $visitor", async ({ isSignedIn }) => {
  // bypassCSP: the policy of a page would reject the axe script.
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" });
  const page = isSignedIn ? await signIn(context, service, data.admin) : await context.newPage();
  const problems: string[] = [];
  for (const [name, route] of pagesFor(isSignedIn)) {
    await page.goto(service.url + route);
    await page.evaluate(axe);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        problems.push(...(await problemsOf(page)).map((problem) => `${name} ${colorScheme} ${width}: ${problem}`));
      }
    }
  }
  expect(problems).toEqual([]);
  await context.close();
});

it("has targets for fingers on a phone, on every page", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const visitor = await context.newPage();
  const user = await signIn(await browser.newContext({ viewport: { width: 360, height: 740 } }), service, data.admin);
  const small: string[] = [];
  for (const [name, route] of Object.entries(data.pages)) {
    const page = PUBLIC_PAGES.has(name) ? visitor : user;
    await page.goto(service.url + route);
    await page.locator("html.scripted").waitFor();
    small.push(...(await page.evaluate(smallTargets, MIN_TARGET_PX)).map((target) => `${name}: ${target}`));
  }
  expect(small).toEqual([]);
  await context.close();
});

/** Buttons, fields and choices of the page that are lower than `minimum` px. Links in a text may be (WCAG 2.5.8). */
function smallTargets(minimum: number): string[] {
  const targets = document.querySelectorAll(
    "button, .button, summary, select, textarea, input:not([type=checkbox], [type=radio], [type=hidden]), label:has(> input)",
  );
  return [...targets]
    .filter((target) => target.checkVisibility({ visibilityProperty: true }))
    .filter((target) => Math.round(target.getBoundingClientRect().height) < minimum)
    .map((target) => target.outerHTML.slice(0, 100));
}

/** Violations that axe finds, and content that is wider than the window. */
async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
  const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  return [
    ...violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
    ...(overflow > 0 ? [`overflows by ${overflow} px`] : []),
  ];
}

it("shows hostile titles as text, runs none of their scripts, and moves nothing while pages load", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await signIn(context, service, data.admin);
  const errors = collectErrors(page);
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const shifting: [name: string, score: number][] = [];
  for (const [name, route] of pagesFor(true)) {
    await page.goto(service.url + route);
    await page.waitForFunction(() => document.documentElement.classList.contains("scripted"));
    // After two frames, the changes of the script are painted.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const shifts = await page.evaluate<number[]>("shifts");
    const score = shifts.reduce((a, b) => a + b, 0);
    if (score >= MAX_LAYOUT_SHIFT) shifting.push([name, score]);
  }
  expect(shifting).toEqual([]);
  await page.goto(service.url + (data.pages["alert-hostile"] ?? ""));
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(HOSTILE_TITLE);
  expect(await page.locator("main img, main script:not([type='application/json'])").count()).toBe(0);
  await page.goto(service.url + (data.pages["alert-long"] ?? ""));
  const shown = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  expect(LONG_TITLE.startsWith(shown.replace(/…$/, "").trimEnd())).toBe(true);
  expect(errors).toEqual([]);
  await context.close();
});

it("reaches every section on a phone, by touch", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const page = await signIn(context, service, data.admin);
  const sections = page.getByLabel("Sections");
  const more = sections.getByText("More", { exact: true });
  const names = ["Overview", "Alerts", "Silences", "Deliveries", "Integrations", "Subscriptions", "Settings"];
  const opened: string[] = [];
  for (const name of names) {
    const link = sections.getByRole("link", { name, exact: true });
    if ((await link.count()) === 0) await more.tap();
    await link.tap();
    const path = name === "Overview" ? "/" : `/${name.toLowerCase()}`;
    await page.waitForURL((url) => url.pathname === path || url.pathname.startsWith(`${path}/`));
    const place = await sections.locator("> a, > details").last().boundingBox();
    expect({ name, bottom: place && Math.round(place.y + place.height) }).toEqual({ name, bottom: 740 });
    opened.push(name);
  }
  expect(opened).toEqual(names);
  await more.tap();
  await page.getByRole("button", { name: "Sign out" }).tap();
  await page.getByText("You are signed out.").waitFor();
  await context.close();
});

it("sends less than 60 kB for the first load of any page", async () => {
  const context = await browser.newContext();
  await signIn(context, service, data.admin);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await context.close();
  const sizes = new Map<string, number>();
  for (const [name, route] of Object.entries(data.pages)) {
    const headers = PUBLIC_PAGES.has(name) ? {} : { cookie };
    const html = await (await fetch(service.url + route, { headers })).text();
    const files = await filesOf(
      [...html.matchAll(/<(?:link|script)[^>]* (?:href|src)="([^"]+)"/g)].map(([, to]) => to),
    );
    expect([...files].some((url) => url.endsWith(".css")) && [...files].some((url) => url.endsWith(".js"))).toBe(true);
    const sent = [html, ...(await Promise.all([...files].map(textOf)))];
    sizes.set(
      name,
      sent.reduce((sum, text) => sum + gzipSync(text).length, 0),
    );
  }
  const tooLarge = [...sizes].filter(([, bytes]) => bytes >= MAX_FIRST_LOAD_BYTES);
  expect(tooLarge).toEqual([]);
});

const texts = new Map<string, Promise<string>>();

/** The content of a file of this service; fetched once. */
function textOf(url: string): Promise<string> {
  const known = texts.get(url) ?? fetch(url).then((response) => response.text());
  texts.set(url, known);
  return known;
}

/** The URLs of files, with the modules that they import. */
async function filesOf(targets: readonly (string | undefined)[], base = service.url): Promise<Set<string>> {
  const urls = new Set(targets.map((target = "") => new URL(target, base).href));
  for (const url of urls) {
    if (!url.endsWith(".js")) continue;
    const imports = [...(await textOf(url)).matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)].map(([, target]) => target);
    for (const imported of await filesOf(imports, url)) urls.add(imported);
  }
  return urls;
}
