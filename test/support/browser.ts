/** Starts Chromium for tests of the console. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Service } from "./service.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const CANDIDATES = [
  ...(process.env["PATH"] ?? "")
    .split(path.delimiter)
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The program in CHROMIUM, else an installed Chromium or Chrome; null for none. */
export function findBrowser(): string | null {
  const configured = process.env["CHROMIUM"];
  return [...(configured ? [configured] : []), ...CANDIDATES].find((file) => existsSync(file)) ?? null;
}

/**
 * Starts a headless browser.
 * @throws when no browser is installed
 */
export function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null)
    throw new Error("No Chromium or Chrome found. Install one, or set CHROMIUM to its path.");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Collects script errors, dialogs and violations of the content security policy of a page. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // Chromium also logs error responses, which some tests expect.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      errors.push(message.text());
    }
  });
  return errors;
}

export const PASSWORD = "correct horse battery staple";

/** Signs a user in. @returns a page of the context, after the sign-in */
export async function signIn(context: BrowserContext, service: Service, email: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${service.url}/sign-in`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  return page;
}

/** Keeps the scripts of a page from loading, as a slow network does. @returns lets them load */
export async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/assets/console/*.js", async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}
