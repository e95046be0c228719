import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { api, createIntegration, flushed, listAll } from "../../support/service.ts";
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
      await page.locator("#field-severity").getByRole("alert").waitFor();
      await page.locator("textarea[name=severity]").fill("");
      await page.locator("#trial .title").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      const [newest] = await listAll<{ id: string }>(service, "deliveries", demo);
      await page.goto(`${service.url}/deliveries/${newest?.id}`);
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

    it("maps an unknown JSON without leaving the page, and replays what was rejected", async () => {
      const { service, browser } = walk;
      await createUser(service, "unknown@example.com", "Unknown", true);
      const demo = await createIntegration(service, {
        name: "Unknown source",
        provider: "custom",
        verification: { scheme: "hmac" },
        mapping: { title: "title" },
      });
      const incident = (id: number, name: string) => ({
        sender: { "site-name": "Plant 7" },
        incidents: [{ id, what: { name }, state: "bad" }],
      });
      for (const [id, name] of ["Pump stopped", "Valve stuck"].entries())
        expect(await deliver(demo, incident(id, name))).toBe(400);
      expect(await deliver(demo, { incidents: [{ id: 9 }] })).toBe(400);
      await flushed(service, demo);
      const page = await signIn(await browser.newContext(), service, "unknown@example.com");
      const errors = collectErrors(page);
      const path = `/integrations/${demo.integrationId}/mapping`;
      await page.goto(service.url + path);
      await page.getByText("Reads 0 of the last 3 deliveries").waitFor();

      // The last delivery is without a title: take an earlier one as the sample.
      const sample = page.locator("select[name=delivery]");
      await sample.selectOption({ index: 1 });
      const tree = page.getByLabel("Sample");
      await tree.getByRole("button", { name: "Insert incidents.0.what.name" }).waitFor();
      await page.locator("textarea[name=events]").click();
      await tree.getByRole("button", { name: "Insert incidents.0.id" }).click();
      expect(await page.locator("textarea[name=events]").inputValue()).toBe("incidents");
      const title = page.locator("textarea[name=title]");
      await title.fill("");
      await tree.getByRole("button", { name: "Insert incidents.0.what.name" }).click();
      expect(await title.inputValue()).toBe("what.name");
      await page.getByText("Unsaved changes").waitFor();
      await page.locator("#trial").getByText("Valve stuck").first().waitFor();
      await page.getByText("Reads 2 of the last 3 deliveries").waitFor();

      await page.locator("textarea[name=source]").pressSequentially("site");
      await page.getByRole("option", { name: "$body.sender.`site-name`" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect(await page.locator("textarea[name=source]").inputValue()).toBe("$body.sender.`site-name`");
      await page.locator("#trial").getByText("Plant 7").first().waitFor();

      // Leaving the page asks first; the question is dismissed and collected.
      await page.getByLabel("Sections").getByRole("link", { name: "Alerts" }).click({ noWaitAfter: true });
      await expect.poll(() => errors.splice(0).map((text) => text.split(":")[0])).toEqual(["dialog"]);

      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Replay 2 rejected deliveries" }).click();
      await page.getByText("Deliveries replayed.").waitFor();
      expect(new URL(page.url()).pathname).toBe(path);
      await flushed(service, demo);
      const alerts = await api<{ data: { title: string; source: string }[] }>(
        service,
        "GET",
        `/v1/alerts?integrationId=${demo.integrationId}`,
      );
      expect(alerts.body.data.map(({ title: text, source }) => [text, source]).toSorted()).toEqual([
        ["Pump stopped", "Plant 7"],
        ["Valve stuck", "Plant 7"],
      ]);
      expect(errors).toEqual([]);
    });

    it("is tried on a delivery that it cannot read, without losing what was entered", async () => {
      const { service, browser } = walk;
      await createUser(service, "sampler@example.com", "Sampler", true);
      const demo = await createIntegration(service, {
        name: "Two formats",
        provider: "custom",
        verification: { scheme: "hmac" },
        mapping: { title: "title" },
      });
      expect(await deliver(demo, { name: "Old format" })).toBe(400);
      expect(await deliver(demo, { title: "New format" })).toBe(202);
      await flushed(service, demo);
      const page = await signIn(await browser.newContext(), service, "sampler@example.com");
      const errors = collectErrors(page);
      await page.goto(`${service.url}/integrations/${demo.integrationId}/mapping`);
      const title = page.locator("textarea[name=title]");
      const sample = page.locator("select[name=delivery]");
      const trial = page.locator("#trial");
      await trial.getByText("New format").first().waitFor();
      await title.fill("$uppercase(title)");
      await trial.getByText("NEW FORMAT").first().waitFor();
      const newest = await sample.inputValue();

      await page.getByRole("link", { name: "Use as sample" }).click();
      await page.getByLabel("Sample").getByRole("button", { name: "Insert name" }).waitFor();
      expect(await sample.inputValue()).not.toBe(newest);
      expect(await title.inputValue()).toBe("$uppercase(title)");
      await title.fill("$uppercase(title ? title : name)");
      await trial.getByText("OLD FORMAT").first().waitFor();

      await sample.selectOption(newest);
      await trial.getByText("NEW FORMAT").first().waitFor();
      await page.getByText("Reads 2 of the last 2 deliveries").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      expect(await sample.inputValue()).toBe(newest);
      expect(errors).toEqual([]);
    });
  });
}
