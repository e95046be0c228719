import { describe, expect, it } from "vitest";
import { createUser, deliver } from "../../support/console-data.ts";
import { collectErrors, signIn } from "../../support/browser.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeSilences(walk: Walk): void {
  describe("silences", () => {
    it("mute a deploy, with the matching alerts while the matchers are typed, in the time zone of the user", async () => {
      const { service, browser } = walk;
      await createUser(service, "quiet@example.com", "Quinn Quiet", true);
      const demo = await createIntegration(service, {
        name: "Deploys",
        provider: "generic",
        verification: { scheme: "hmac" },
      });
      for (const pod of ["a", "b"])
        await deliver(demo, { id: pod, title: `Pod ${pod} restarts`, labels: { app: "rollout", pod } });
      await flushed(service, demo);
      const context = await browser.newContext({ timezoneId: "Asia/Kolkata" });
      const page = await signIn(context, service, "quiet@example.com");
      const errors = collectErrors(page);
      await page.getByRole("link", { name: "Silences" }).click();
      await page.getByRole("link", { name: "New silence" }).first().click();
      await page.getByLabel("Matchers").pressSequentially("app=rollout");
      await page.getByText("2 unresolved alerts").waitFor();
      await page.getByLabel("Matchers").press("Enter");
      await page.getByLabel("Matchers").pressSequentially("pod!=a");
      await page.getByText("1 unresolved alert", { exact: true }).waitFor();
      await page.getByLabel("Comment").fill("Rollout of the week");
      await page.getByLabel("Or until (local time)").fill("2030-01-01T05:30");
      await page.getByRole("button", { name: "Create silence" }).click();
      await page.getByText("Silence created.").waitFor();
      expect(await page.getByLabel("Ends (local time)").inputValue()).toBe("2030-01-01T05:30");
      const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
      const { body } = await api<{ endsAt: string }>(service, "GET", `/v1/silences/${id}`);
      expect(body.endsAt).toBe("2030-01-01T00:00:00.000Z");

      await page.getByRole("link", { name: "Pod b restarts" }).click();
      await page.getByRole("link", { name: "Rollout of the week" }).click();
      await page.getByRole("link", { name: "Silences", exact: true }).first().click();
      const row = page.locator(`#silence-${id}`);
      await row.getByText("mutes 1 alert").waitFor();
      await row.getByText("Expire", { exact: false }).first().click();
      await row.getByRole("button", { name: "Expire silence" }).click();
      await page.getByText("Silence expired.").waitFor();
      expect(await row.count()).toBe(0);
      expect(errors).toEqual([]);
    });

    it("show their preview again after Back, which restores the matchers", async () => {
      const { service, browser } = walk;
      await createUser(service, "back@example.com", "Back", true);
      const page = await signIn(await browser.newContext(), service, "back@example.com");
      await page.goto(`${service.url}/silences/new`);
      await page.getByLabel("Matchers").fill("app=nothing-has-this");
      await page.getByText("0 unresolved alerts").waitFor();
      await page.getByRole("link", { name: "Deliveries" }).first().click();
      await page.waitForURL("**/deliveries");
      await page.goBack();
      await page.getByText("0 unresolved alerts").waitFor();
      expect(await page.getByLabel("Matchers").inputValue()).toBe("app=nothing-has-this");
    });
  });
}
