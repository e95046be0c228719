import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { grafana } from "../../../src/providers/grafana.ts";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeDeliveries(walk: Walk): void {
  describe("a lost alert", () => {
    it("is explained in three clicks, with what to do, and its page leads back to the filtered list", async () => {
      const { service, browser } = walk;
      await createUser(service, "oncall@example.com", "On Call", true);
      const demo = await createIntegration(service, {
        name: "Backup server",
        provider: "generic",
        verification: { scheme: "hmac", header: "X-Backup-Signature" },
      });
      await sendWith(demo.ingestUrl, "x-backup-signature", { title: "Backup failed" });
      await flushed(service, demo);
      const page = await signIn(await browser.newContext(), service, "oncall@example.com");
      const errors = collectErrors(page);
      await page.goto(service.url);

      await page.getByLabel("Sections").getByRole("link", { name: "Deliveries" }).click();
      await page.locator(".reasons").getByRole("link", { name: "No signature matches" }).click();
      const list = page.url();
      await page.locator(".deliveries").getByRole("link", { name: "No signature matches" }).first().click();

      const panel = page.getByRole("region", { name: "What to do" });
      await panel.getByText("Copy the secret into the source again").waitFor();
      const checks = page.getByRole("region", { name: "Verification" });
      await checks.getByText("HMAC-SHA256 in x-backup-signature").waitFor();
      await checks.getByText("header x-backup-signature found").waitFor();
      await checks.getByText("the current secret").waitFor();
      await page.getByRole("link", { name: "Deliveries" }).last().click();
      expect(new URL(page.url()).searchParams.toString()).toBe(new URL(list).searchParams.toString());
      await page.goBack();
      await panel.getByRole("link", { name: "Rotate secret" }).click();
      await page.getByText("Rotate secret", { exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/integrations/${demo.integrationId}`);
      expect(errors).toEqual([]);
    });
  });

  describe("a delivery of a known source", () => {
    it("suggests its provider, to which the operator switches the integration", async () => {
      const { service, browser } = walk;
      await createUser(service, "switcher@example.com", "Switcher", true);
      const demo = await createIntegration(service, {
        name: "Dashboards",
        provider: "custom",
        verification: { scheme: "hmac" },
        mapping: { title: "title" },
      });
      await deliver(demo, grafana.sample.body);
      await flushed(service, demo);
      const page = await signIn(await browser.newContext(), service, "switcher@example.com");
      const errors = collectErrors(page);
      await page.goto(`${service.url}/integrations`);
      await page.getByRole("listitem").filter({ hasText: "Dashboards" }).getByText("Looks like Grafana").waitFor();
      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}`);
      await row(page, "DiskFull").getByRole("link").first().click();
      await page.getByRole("link", { name: "Switch this integration to Grafana" }).click();
      await page.getByText("Save to switch to Grafana. URL, secret and verification stay").waitFor();
      await page.getByText("The mapping is removed.").waitFor();
      expect(await page.getByLabel("Provider").inputValue()).toBe("grafana");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved").waitFor();
      expect(await page.getByText("This looks like").count()).toBe(0);
      const { body } = await api(service, "GET", `/v1/integrations/${demo.integrationId}`);
      expect(body).toMatchObject({ provider: "grafana", mapping: null, verification: { scheme: "hmac" } });
      expect(errors).toEqual([]);
    });
  });

  describe("the list of deliveries", () => {
    it("shows what deliveries were about, searches, and replays a selection after a preview", async () => {
      const { service, browser } = walk;
      await createUser(service, "replayer@example.com", "Replayer", true);
      const demo = await createIntegration(service, {
        name: "Ticket system",
        provider: "custom",
        verification: { scheme: "hmac" },
        mapping: { title: "subject" },
      });
      await deliver(demo, { subject: "Printer on fire" });
      for (const name of ["first", "second", "third"]) await deliver(demo, { name });
      await flushed(service, demo);
      await api(service, "PATCH", `/v1/integrations/${demo.integrationId}`, {
        mapping: { title: "subject ? subject : name" },
      });
      const page = await signIn(await browser.newContext(), service, "replayer@example.com");
      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}`);
      await row(page, "Printer on fire").getByText("opened").waitFor();
      await page.getByRole("searchbox").fill("printer");
      await page.getByRole("searchbox").press("Enter");
      await row(page, "Printer on fire").waitFor();
      expect(await page.locator(".deliveries > li").count()).toBe(1);
      await page.getByRole("searchbox").fill("printer:");
      await page.getByRole("searchbox").press("Enter");
      await page.getByRole("alert").getByText("Invalid `query`").waitFor();
      expect(await page.getByRole("searchbox").inputValue()).toBe("printer:");

      await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}&status=REJECTED`);
      for (const index of [0, 2])
        await page
          .getByRole("checkbox", { name: /^Select / })
          .nth(index)
          .check();
      await page.getByRole("button", { name: "Replay selected" }).click();
      await page.getByText("2 of 2 deliveries can be read").waitFor();
      for (const name of ["third", "first"]) await row(page, name).waitFor();
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByRole("heading", { name: "2 deliveries replayed" }).waitFor();
      await flushed(service, demo);
      const alerts = await api<{ data: { title: string }[] }>(
        service,
        "GET",
        `/v1/alerts?integrationId=${demo.integrationId}`,
      );
      expect(alerts.body.data.map(({ title }) => title).toSorted()).toEqual(["Printer on fire", "first", "third"]);
    });
  });
}

const row = (page: Page, title: string) => page.locator("[data-row]", { hasText: title });

const sendWith = (url: string, header: string, body: unknown) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", [header]: "00".repeat(32) },
    body: JSON.stringify(body),
  });
