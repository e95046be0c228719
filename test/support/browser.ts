/** A real browser, and what every test of the console requireScope of it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Service } from "./service.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = [
  ...(process.env["PATH"] ?? "")
    .split(path.delimiter)
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Where a Chromium or Chrome is on this machine: what CHROMIUM names, else one in the usual places; null: nowhere. */
export function findBrowser(): string | null {
  const named = process.env["CHROMIUM"];
  return [...(named ? [named] : []), ...PLACES].find((file) => existsSync(file)) ?? null;
}

/** Starts it without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser() ?? "",
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

/** What went wrong in a page that its own tests would not see: errors of scripts, and what the policy of the page forbade. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("dialog", (dialog) => {
    troubles.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // A refusal that a test asks for is logged by the browser too.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      troubles.push(message.text());
    }
  });
  return troubles;
}

export const PASSWORD = "correct horse battery staple";

/** Signs somebody in, in a context of their own. */
export async function signIn(context: BrowserContext, service: Service, email: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${service.url}/sign-in`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  return page;
}
