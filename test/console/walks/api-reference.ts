import { describe, expect, it } from "vitest";
import { collectErrors } from "../../support/browser.ts";
import type { Walk } from "./walk.ts";

export function describeApiReference(walk: Walk): void {
  describe("the API reference", () => {
    it("shows an operation without violating its policy or loading from other hosts", async () => {
      const page = await (await walk.browser.newContext()).newPage();
      const errors = collectErrors(page);
      const responses: { url: string; status: number }[] = [];
      page.on("response", (response) => responses.push({ url: response.url(), status: response.status() }));
      await page.goto(`${walk.service.url}/docs`);
      const operation = page.locator("[id$='-listAlerts']");
      await operation.getByRole("button", { name: "/v1/alerts" }).first().click();
      await operation.getByText("integrationId").first().waitFor();
      await operation.getByText("nextCursor").first().waitFor();
      expect(new URL(page.url()).hash).toContain("listAlerts");
      expect(errors).toEqual([]);
      const loaded = responses.filter(({ url }) => !url.startsWith("data:"));
      expect(loaded.filter(({ url, status }) => !url.startsWith(walk.service.url) || status >= 400)).toEqual([]);
      expect(loaded.map(({ url }) => new URL(url).pathname)).toContain("/openapi.json");
    });
  });
}
