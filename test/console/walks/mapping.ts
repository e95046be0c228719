import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeMapping(walk: Walk): void {
  describe("a wrong mapping", () => {
    it("is corrected in the editor, and the rejected deliveries are replayed", async () => {
      const { service, browser } = walk;
      await createUser(service, "mapper@example.com", "Mapper", true);
      const demo = await createIntegration(service, {
        name: "Queue watcher",
        provider: "custom",
        verification: { scheme: "hmac" },
        mapping: { title: "title" },
      });
      expect(await deliver(demo, { name: "Another queue is full", depth: 7 })).toBe(400);
      expect(await deliver(demo, { name: "Queue is full", depth: 9200 })).toBe(400);
      await flushed(service, demo);
      const page = await signIn(await browser.newContext(), service, "mapper@example.com");
      const errors = collectErrors(page);
      await page.goto(`${service.url}/integrations/${demo.integrationId}/mapping`);
      await page.locator("textarea[name=title]").fill("name & ' (' & $string(depth) & ')'");
      await page.locator("#trial").getByText("Queue is full (9200)", { exact: true }).waitFor();
      await page.locator("textarea[name=severity]").fill("$broken(");
      await page.locator("#trial").getByRole("alert").waitFor();
      await page.locator("textarea[name=severity]").fill("");
      await page.locator("#trial .title").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      await page.getByRole("link", { name: "Open the delivery" }).click();
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByText("Delivery replayed.").waitFor();
      await flushed(service, demo);
      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}&status=ACCEPTED`);
      await page.getByRole("link", { name: "Queue is full (9200)", exact: true }).click();
      await page.locator(".diff ins").first().waitFor();
      await page.locator(".outcomes").getByRole("link").click();
      await page.getByRole("heading", { name: "Queue is full (9200)" }).waitFor();

      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}&status=REJECTED`);
      await page.getByRole("link", { name: "Replay matching deliveries" }).click();
      await page.getByText("2 of 2 deliveries can be read with the current settings.").waitFor();
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByRole("heading", { name: "2 deliveries replayed" }).waitFor();
      await flushed(service, demo);
      await page.goto(`${service.url}/alerts?integrationId=${demo.integrationId}`);
      await page.getByRole("link", { name: "Another queue is full (7)" }).waitFor();
      expect(errors).toEqual([]);
    });
  });
}
