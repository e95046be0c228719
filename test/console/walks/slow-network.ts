/** What users do before the scripts of a page have arrived counts once they run. */
import { describe, expect, it } from "vitest";
import { holdScripts, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeSlowNetwork(walk: Walk): void {
  describe("on a slow network", () => {
    it("a silence shows the alerts that match what was typed", async () => {
      const { page, releaseScripts } = await openSlowly(walk, "/silences/new", "edge");
      await page.getByLabel("Matchers").pressSequentially("app=edge");
      releaseScripts();
      expect(await page.getByRole("link", { name: "Pod of edge restarts" }).textContent()).toBe("Pod of edge restarts");
    });

    it("the query of the alert list is completed", async () => {
      const { page, releaseScripts } = await openSlowly(walk, "/alerts", "worker");
      await page.getByLabel("Filter alerts").pressSequentially("label.app:wor");
      releaseScripts();
      expect(await page.getByRole("option", { name: "worker" }).textContent()).toContain("worker");
    });

    it("a chosen filter is applied", async () => {
      const { page, releaseScripts } = await openSlowly(walk, "/deliveries", "queue");
      await page.getByLabel("Rejected").check();
      releaseScripts();
      await page.waitForURL((url) => url.searchParams.get("status") === "REJECTED");
      expect(await page.getByLabel("Rejected").isChecked()).toBe(true);
    });
  });
}

/** Opens a page whose scripts wait, as a new user. An alert has the label `app`. */
async function openSlowly({ service, browser }: Walk, path: string, app: string) {
  const email = `${app}@example.com`;
  await createUser(service, email, app, true);
  const demo = await createIntegration(service, {
    name: `Pods of ${app}`,
    provider: "generic",
    verification: { scheme: "hmac" },
  });
  await deliver(demo, { id: "1", title: `Pod of ${app} restarts`, labels: { app } });
  await flushed(service, demo);
  const page = await signIn(await browser.newContext(), service, email);
  const releaseScripts = await holdScripts(page);
  await page.goto(`${service.url}${path}`, { waitUntil: "commit" });
  return { page, releaseScripts };
}
