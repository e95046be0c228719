import { describe, expect, it } from "vitest";
import { createUser, deliver } from "../../support/console-data.ts";
import { PASSWORD, signIn } from "../../support/browser.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeUsers(walk: Walk): void {
  describe("a user", () => {
    it("of another team sees nothing of a team", async () => {
      const { service, browser } = walk;
      const { body: team } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Secret team" });
      const { body: other } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Other team" });
      await createUser(service, "outsider@example.com", "Outsider");
      await api(service, "POST", `/v1/teams/${other.id}/members`, { email: "outsider@example.com", role: "ADMIN" });
      const demo = await createIntegration(service, {
        name: "Secret source",
        provider: "generic",
        verification: { scheme: "hmac" },
        teamId: team.id,
      });
      const { body: subscription } = await api<{ id: string }>(service, "POST", "/v1/subscriptions", {
        name: "Secret subscriber",
        url: "https://example.com/secret",
        teamId: team.id,
      });
      await deliver(demo, { id: "secret", title: "secret alert" });
      await flushed(service, demo);
      const { body } = await api<{ data: { id: string }[] }>(
        service,
        "GET",
        `/v1/alerts?integrationId=${demo.integrationId}`,
      );

      const page = await signIn(await browser.newContext(), service, "outsider@example.com");
      for (const path of [
        "/",
        "/alerts?view=all",
        "/deliveries",
        "/integrations",
        "/settings/teams",
        "/subscriptions",
        "/settings/audit",
      ]) {
        const response = await page.goto(service.url + path);
        expect({ path, status: response?.status() }).toEqual({ path, status: 200 });
        expect(await page.content()).not.toMatch(/secret (alert|source|subscriber|team)/i);
      }
      for (const path of [
        `/alerts/${body.data[0]?.id}`,
        `/integrations/${demo.integrationId}`,
        `/settings/teams/${team.id}`,
        `/subscriptions/${subscription.id}`,
        `/subscriptions/${subscription.id}/dead-letters`,
        `/subscriptions/${subscription.id}/attempts`,
        `/subscriptions/${subscription.id}/transformation`,
      ]) {
        const response = await page.goto(service.url + path);
        expect({ path, status: response?.status() }).toEqual({ path, status: 404 });
      }
    });

    it("sets a password with a link, signs in and sees the team", async () => {
      const { service, browser } = walk;
      const { body: team } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Newcomers" });
      await createUser(service, "host@example.com", "Host", true);
      const page = await signIn(await browser.newContext(), service, "host@example.com");
      await page.goto(`${service.url}/settings/teams/${team.id}`);
      await page.getByLabel("Email").fill("newcomer@example.com");
      await page.getByLabel("Name").first().fill("Newcomer");
      await page.getByRole("button", { name: "Add member" }).click();
      const link = (await page.getByText("/set-password#").textContent()) ?? "";

      const theirs = await (await browser.newContext()).newPage();
      await theirs.goto(link);
      expect(await theirs.getByLabel("Password token").inputValue()).not.toBe("");
      expect(theirs.url()).not.toContain("#");
      await theirs.getByLabel("New password").fill(PASSWORD);
      await theirs.getByRole("button", { name: "Set password" }).click();
      await theirs.getByText("Password set.").waitFor();
      await theirs.getByLabel("Email").fill("newcomer@example.com");
      await theirs.getByLabel("Password").fill(PASSWORD);
      await theirs.getByRole("button", { name: "Sign in" }).click();
      await theirs.goto(`${service.url}/settings/teams`);
      await theirs.getByRole("link", { name: "Newcomers" }).waitFor();
    });

    it("changes the own password, which ends the other sessions", async () => {
      const { service, browser } = walk;
      await createUser(service, "changer@example.com", "Changer");
      const [page, other] = [
        await signIn(await browser.newContext(), service, "changer@example.com"),
        await signIn(await browser.newContext(), service, "changer@example.com"),
      ];
      await page.goto(`${service.url}/settings/sessions`);
      const change = async (present: string) => {
        await page.getByLabel("Current password").fill(present);
        await page.getByLabel("New password").fill("another long password");
        await page.getByRole("button", { name: "Change password" }).click();
      };
      await change("not the password");
      await page.getByText("Wrong present password").waitFor();
      await change(PASSWORD);
      await page.getByText("Password changed.").waitFor();
      await other.goto(`${service.url}/settings/sessions`);
      expect(new URL(other.url()).pathname).toBe("/sign-in");
    });

    it("ends the session by signing out, and returns to the requested page by signing in", async () => {
      const { service, browser } = walk;
      await createUser(service, "leaver@example.com", "Leaver", true);
      const context = await browser.newContext();
      const page = await signIn(context, service, "leaver@example.com");
      const cookies = await context.cookies();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("You are signed out.").waitFor();
      // The service ended the session; the browser did not only drop the cookie.
      const stolen = await browser.newContext();
      await stolen.addCookies(cookies);
      const page2 = await stolen.newPage();
      await page2.goto(`${service.url}/alerts?view=all`);
      expect(new URL(page2.url()).pathname).toBe("/sign-in");
      await page2.getByLabel("Email").fill("leaver@example.com");
      await page2.getByLabel("Password").fill(PASSWORD);
      await page2.getByRole("button", { name: "Sign in" }).click();
      await page2.waitForURL(`${service.url}/alerts?view=all`);
    });

    it("is protected from forms of other sites", async () => {
      const { service, browser } = walk;
      await createUser(service, "victim@example.com", "Victim", true);
      const context = await browser.newContext();
      const page = await signIn(context, service, "victim@example.com");
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      for (const origin of ["https://evil.example", "null", undefined]) {
        const response = await fetch(`${service.url}/settings/teams`, {
          method: "POST",
          headers: {
            cookie,
            "content-type": "application/x-www-form-urlencoded",
            ...(origin !== undefined && { origin }),
          },
          body: "name=Forged",
          redirect: "manual",
        });
        expect(response.status).toBe(403);
      }
      await page.goto(`${service.url}/settings/teams`);
      expect(await page.content()).not.toContain("Forged");
    });

    it("is never sent to another host after signing in", async () => {
      const { service, browser } = walk;
      await createUser(service, "careful@example.com", "Careful", true);
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${service.url}/sign-in?returnTo=${encodeURIComponent("//evil.example/\\evil.example")}`);
      await page.getByLabel("Email").fill("careful@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${service.url}/`);
      expect(new URL(page.url()).origin).toBe(service.url);
    });
  });
}
