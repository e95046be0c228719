import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

const EMAIL = "signals@example.com";

interface Recorded {
  notifications: string[];
  tones: number;
}

/** Records what the page asks the browser to show and play. */
function record(): void {
  const recorded: Recorded = { notifications: [], tones: 0 };
  Object.assign(globalThis, { recorded });
  globalThis.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      recorded.notifications.push(title);
    }
  };
  globalThis.OscillatorNode = class extends OscillatorNode {
    override start(when?: number): void {
      recorded.tones++;
      super.start(when);
    }
  };
}

export function describeSignals(walk: Walk): void {
  describe("signals of new critical alerts", () => {
    const recorded = (page: Page) => page.evaluate(() => (globalThis as unknown as { recorded: Recorded }).recorded);
    const openPreferences = (page: Page) =>
      page.locator("summary", { hasText: "Preferences" }).locator("visible=true").click();
    const box = (page: Page, name: string) => page.getByLabel(name).locator("visible=true");

    it("are off until a user chooses them, come while the tab is hidden, and once for a storm", async () => {
      const { service, browser } = walk;
      await createUser(service, EMAIL, "Sigrid Nal", true);
      const demo = await createIntegration(service, {
        provider: "generic",
        verification: { scheme: "hmac" },
        name: "Pager",
      });
      const context = await browser.newContext({ permissions: ["notifications"] });
      const page = await signIn(context, service, EMAIL);
      const errors = collectErrors(page);
      await page.addInitScript(record);
      // A page that has no connection of its own.
      await page.goto(`${service.url}/settings/sessions`);
      // The first message of the connection tells its position: later alerts are sent.
      const connected = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived"));
      await openPreferences(page);
      expect(await box(page, "Notify").isChecked()).toBe(false);
      expect(await box(page, "Play a sound").isChecked()).toBe(false);
      await box(page, "Play a sound").check();
      await page.waitForFunction(() => (globalThis as unknown as { recorded: Recorded }).recorded.tones === 2);
      await box(page, "Notify").check();
      await connected;

      await page.evaluate(() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        dispatchEvent(new Event("visibilitychange"));
      });
      await deliver(demo, { id: "low", title: "not urgent", severity: "low" });
      await deliver(demo, { id: "one", title: "checkout is down", severity: "critical" });
      await page.waitForFunction(() => (globalThis as unknown as { recorded: Recorded }).recorded.tones === 4);
      expect((await recorded(page)).notifications).toEqual(["checkout is down"]);
      await deliver(demo, { id: "one", title: "checkout is down", severity: "critical", repeat: 2 });
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          deliver(demo, { id: `storm ${index}`, title: `storm ${index}`, severity: "critical" }),
        ),
      );
      await page.waitForFunction(() =>
        /^\d+ new critical alerts$/.test(
          (globalThis as unknown as { recorded: Recorded }).recorded.notifications.at(-1) ?? "",
        ),
      );
      expect((await recorded(page)).notifications.length).toBeLessThan(6);

      // The choice is the browser's, on all pages.
      await page.goto(`${service.url}/alerts`);
      await page.locator("html.ready").waitFor();
      expect(await page.locator('[data-signal="notification"]').first().isChecked()).toBe(true);
      expect(await page.locator('[data-signal="sound"]').first().isChecked()).toBe(true);
      expect(errors).toEqual([]);
    });

    it("say what to do when the browser blocks notifications", async () => {
      const page = await signIn(await walk.browser.newContext({ permissions: [] }), walk.service, EMAIL);
      await openPreferences(page);
      await box(page, "Notify").click();
      await page.getByText("Notifications are blocked. Allow them for this site in the browser.").waitFor();
      expect(await box(page, "Notify").isChecked()).toBe(false);
    });
  });
}
