import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { collectErrors, PASSWORD, signIn } from "../../support/browser.ts";
import { createUser } from "../../support/console-data.ts";
import type { Walk } from "./walk.ts";

export function describeNewDeployment(walk: Walk): void {
  describe("a new deployment", () => {
    it("guides the operator from the first admin to the first alert", async () => {
      const { service, browser } = walk;
      const page = await (await browser.newContext()).newPage();
      const errors = collectErrors(page);
      await page.goto(service.url);
      await page.getByRole("link", { name: "Create an admin" }).click();
      await page.getByRole("heading", { name: "Create the first admin" }).waitFor();
      for (const rootKey of ["not the root key at all", service.rootApiKey]) {
        await page.getByLabel("Root key").fill(rootKey);
        await page.getByLabel("Your name").fill("Ada Lovelace");
        await page.getByLabel("Email").fill("first@example.com");
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Create admin" }).click();
        if (rootKey !== service.rootApiKey) await page.getByRole("alert").waitFor();
      }

      // The first page is the list of alerts.
      await page.waitForURL("**/alerts");
      await page.getByRole("status").getByRole("link", { name: "Connect a source" }).click();
      await page.getByRole("searchbox").fill("uptime ku");
      await page.locator("#catalog").getByRole("link", { name: "Uptime Kuma" }).click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Our uptime");
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByRole("heading", { name: "Set up Our uptime" }).waitFor();
      await page.getByText("Waiting for the first delivery").waitFor();
      expect(await page.getByText("is connected").count()).toBe(0);
      await page.getByRole("button", { name: "Send test delivery" }).click();
      await page.getByText("Verified", { exact: true }).waitFor();
      await page.getByRole("link", { name: "test delivery", exact: true }).waitFor();
      // Tocsin sent it, not the source.
      expect(await page.getByText("is connected").count()).toBe(0);
      await page.getByRole("link", { name: "view alert" }).click();
      await page.getByRole("heading", { name: "Timeline" }).waitFor();
      expect(errors).toEqual([]);
    });

    it("shows a curl command that works when pasted, and the reason when it fails", async () => {
      const { service, browser } = walk;
      await createUser(service, "paste@example.com", "Paste", true);
      const page = await signIn(await browser.newContext(), service, "paste@example.com");
      await page.goto(`${service.url}/integrations/new?provider=generic`);
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByText("Send it with curl").click();
      const command = (await page.locator("details pre").textContent()) ?? "";
      await runInShell(command.replace(/sha256=[0-9a-f]+/, "sha256=00"));
      await page.getByText(/Not verified: /).waitFor();
      expect(await page.getByText("is connected").count()).toBe(0);
      expect(JSON.parse(await runInShell(command))).toMatchObject({ status: "accepted" });
      await page.getByText(/Alert opened/).waitFor();
      await page.getByText("is connected").waitFor();
    });
  });

  const runInShell = (command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile("bash", ["-c", command], (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
}
