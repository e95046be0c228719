import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { aDayLater, stateOf } from "../../support/a-day-later.ts";
import { signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { api, createIntegration, flushed } from "../../support/service.ts";
import { serveSubscriber } from "../../../scripts/lib/subscriber.ts";
import { pause, type Walk } from "./walk.ts";

export function describeSubscription(walk: Walk): void {
  describe("a subscription", () => {
    it("is created, fails, recovers, is changed and deleted without scripts", async () => {
      const { service, browser } = walk;
      await createUser(service, "subscriber@example.com", "Subscriber", true);
      const demo = await createIntegration(service, {
        name: "Subscribed source",
        provider: "generic",
        verification: { scheme: "hmac" },
      });
      const subscriber = await serveSubscriber();
      const delivered = () => subscriber.received("/pager").filter(({ status }) => status === 204);
      const page = await signIn(
        await browser.newContext({ javaScriptEnabled: false }),
        service,
        "subscriber@example.com",
      );
      const waitForState = async (state: string) => {
        for (;;) {
          await page.goto(subscription);
          if (await page.locator(".head .marks").getByText(state).isVisible()) return;
        }
      };

      await page.goto(`${service.url}/settings/teams`);
      await page.getByRole("link", { name: "Subscriptions" }).click();
      await page.getByRole("link", { name: "New subscription" }).click();
      await page.getByRole("link", { name: "Webhook" }).click();
      await page.getByLabel("Name", { exact: true }).fill("The pager");
      await page.getByLabel("URL").fill(`${subscriber.url}/pager`);
      await page.getByLabel("High").check();
      await page.getByLabel("Integration").selectOption("Subscribed source");
      for (const wrong of ["checkout", "service=search\nservice=checkout", "=checkout"]) {
        await page.getByLabel("Labels").fill(wrong);
        await page.getByRole("button", { name: "Create subscription" }).click();
        await page.locator(".field.wrong", { hasText: "Labels" }).getByRole("alert").waitFor();
        expect(await page.getByLabel("Labels").inputValue()).toBe(wrong);
      }
      await page.getByLabel("Labels").fill("service = checkout");
      await page.getByRole("button", { name: "Create subscription" }).click();
      const secret = (await page.locator("dd code").first().textContent()) ?? "";
      await page.getByRole("button", { name: "Send test message" }).click();
      await page.getByText(/delivered: 204/).waitFor();
      await page.locator(".up").click();
      await page.getByRole("link", { name: "The pager" }).click();
      const subscription = page.url();
      const id = new URL(subscription).pathname.split("/").at(-1) ?? "";

      const fire = async (title: string, label = "checkout") =>
        void (await deliver(demo, { id: title, title, severity: "high", service: label }));
      await fire("of another service", "search");
      await fire("delivered");
      await flushed(service, demo);
      while (delivered().length < 2) await pause();
      const messages = delivered().map(({ body, headers }) => new Webhook(secret).verify(body, headers));
      expect(messages).toMatchObject([
        { type: "subscription.test" },
        { type: "alert.created", data: { alert: { title: "delivered" } } },
      ]);
      await waitForState("Healthy");

      subscriber.answer("/pager", { status: 500 });
      for (const title of ["lost", "late", "later"]) await fire(title);
      await waitForState("Failing for");
      await page.getByText("HTTP 500").waitFor();
      await page.getByRole("button", { name: "Send test message" }).click();
      await page.getByText(/failed: HTTP 500/).waitFor();
      while ((await stateOf(service, id)).pendingMessages < 3) await pause();
      await aDayLater(service, id, 3);
      await waitForState("3 dead letters");
      await page.getByRole("link", { name: "Dead letters" }).click();
      const letters = page.locator("[data-row]", { hasText: "Created: HTTP 500" });
      expect(await letters.count()).toBe(3);
      await letters.first().locator("a.title").click();
      await page.getByLabel("Indented message").getByText('"title": "lost"').waitFor();
      await page.locator("summary").getByText("Discard", { exact: true }).click();
      await page.getByRole("button", { name: "Discard" }).click();
      await page.getByText("Discarded.").waitFor();
      expect(await letters.count()).toBe(2);
      subscriber.answer("/pager", { status: 204 });
      await letters.first().getByRole("button", { name: "Resend" }).click();
      await page.getByText("Resending.").waitFor();
      await page.getByRole("button", { name: "Resend all" }).click();
      await page.getByText("No dead letters.").waitFor();
      while (delivered().length < 4) await pause();
      expect(delivered().map(({ body }) => /"title":"(\w+)"/.exec(body)?.[1])).toEqual([
        undefined,
        "delivered",
        "late",
        "later",
      ]);
      await waitForState("Healthy");

      await page.getByRole("link", { name: "Attempts" }).click();
      await page.getByLabel("Outcome").selectOption("Failed");
      await page.getByRole("button", { name: "Filter" }).click();
      await page.getByRole("link", { name: "Test: HTTP 500" }).click();
      await page.getByLabel("Headers").getByText("webhook-signature: [redacted]").waitFor();
      await page.goto(subscription);
      await page.getByText("Headers and transformation").click();
      await page.getByLabel("Headers").fill("X-Team: payments\nAuthorization: Bearer token-of-the-pager");
      await page.getByLabel("Expression").fill('{ "line": data.alert.');
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator(".field.wrong", { hasText: "Expression" }).getByRole("alert").waitFor();
      await page.getByLabel("Expression").fill('{ "line": type }');
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      expect(await page.getByLabel("Headers").inputValue()).toBe("X-Team: [redacted]\nAuthorization: [redacted]");
      await page.getByRole("link", { name: "Edit transformation" }).click();
      await page.getByRole("combobox", { name: "Type" }).selectOption("Resolved");
      await page.getByRole("button", { name: "Try" }).click();
      await page.getByLabel("Body").getByText('"line": "alert.resolved"').waitFor();
      await page.goto(subscription);
      await page.getByLabel("Expression").fill("");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Send test message" }).click();
      await page.getByText(/delivered: 204/).waitFor();
      expect(delivered().at(-1)?.headers).toMatchObject({
        "x-team": "payments",
        authorization: "Bearer token-of-the-pager",
      });

      await page.getByText("Rotate secret").click();
      await page.getByLabel("Overlap, minutes").fill("60");
      await page.getByRole("button", { name: "Rotate", exact: true }).click();
      const newSecret = (await page.locator("dd code").first().textContent()) ?? "";
      await page.getByRole("button", { name: "Send test message" }).click();
      await page.getByText(/delivered: 204/).waitFor();
      const { body = "", headers = {} } = delivered().at(-1) ?? {};
      for (const one of [secret, newSecret]) expect(new Webhook(one).verify(body, headers)).toBeTruthy();

      await page.goto(subscription);
      await page.getByRole("button", { name: "Disable" }).click();
      await page.locator(".head").getByText("Disabled").waitFor();
      expect(await page.getByLabel("High").isChecked()).toBe(true);
      expect(await page.getByLabel("Labels").inputValue()).toBe("service=checkout");
      await page.getByLabel("High").uncheck();
      await page.getByLabel("Labels").fill("");
      await page.getByLabel("Closed").first().check();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      await page.getByRole("button", { name: "Enable" }).click();
      await page.locator(".head").getByText("Healthy").waitFor();
      const { body: changed } = await api<object>(service, "GET", `/v1/subscriptions/${id}`);
      expect(changed).toMatchObject({
        name: "The pager",
        isEnabled: true,
        filter: { status: ["CLOSED"], integrationId: demo.integrationId },
      });
      expect(changed).not.toHaveProperty("filter.severity");
      expect(changed).not.toHaveProperty("filter.labels");

      await page.getByText("Delete subscription").click();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("Deleted.").waitFor();
      expect(await page.getByRole("link", { name: "The pager" }).count()).toBe(0);
      expect((await page.goto(subscription))?.status()).toBe(404);
      await subscriber.close();
    });

    it("sends alerts to Slack, with a transformation that is tried before it is saved", async () => {
      const { service, browser } = walk;
      await createUser(service, "slack@example.com", "Slack", true);
      const subscriber = await serveSubscriber();
      subscriber.answer("/services/T0/B0/x", { status: 200, body: "ok" });
      const page = await signIn(await browser.newContext(), service, "slack@example.com");
      await page.goto(service.url);
      await page.getByLabel("Sections").getByRole("link", { name: "Subscriptions" }).click();
      await page.getByRole("link", { name: "New subscription" }).click();
      await page.getByRole("main").getByRole("link", { name: "Slack" }).click();
      await page.getByLabel("Name", { exact: true }).fill("#alerts");
      await page.getByLabel("URL").fill(`${subscriber.url}/services/T0/B0/x`);
      await page.getByRole("button", { name: "Create subscription" }).click();
      await page.getByRole("button", { name: "Send test message" }).click();
      await page.getByText(/delivered: 200/).waitFor();
      expect(subscriber.received("/services/T0/B0/x")).toHaveLength(1);

      await page.getByRole("link", { name: "Edit transformation" }).click();
      await page.locator("textarea[aria-autocomplete]").waitFor();
      await page.locator("textarea[name=expression]").fill("{ 'text': ");
      await page.locator("textarea[name=expression]").press("End");
      await page.getByRole("button", { name: "Insert data.alert.title" }).click();
      await page.locator("#field-expression").getByRole("alert").waitFor();
      await page.locator("textarea[name=expression]").press("End");
      await page.locator("textarea[name=expression]").pressSequentially(" }");
      await page.locator("#trial").getByLabel("Body").getByText('"text":').waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      expect(await page.locator("textarea[name=expression]").inputValue()).toBe("{ 'text': data.alert.title }");
      await subscriber.close();
    });
  });
}
