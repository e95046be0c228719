import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { createIntegration, type Demo, flushed } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

export function describeAlerts(walk: Walk): void {
  describe("alerts", () => {
    let page: Page;
    let demo: Demo;
    let errors: string[];
    let email = "";
    let users = 0;

    beforeEach(async () => {
      const { service, browser } = walk;
      email = `responder-${users++}@example.com`;
      await createUser(service, email, "Responder", true);
      demo = await createIntegration(service, {
        provider: "generic",
        verification: { scheme: "hmac" },
        name: `Source ${users}`,
      });
      page = await signIn(await browser.newContext({ viewport: { width: 1280, height: 800 } }), service, email);
      errors = collectErrors(page);
    });
    afterEach(() => expect(errors).toEqual([]));

    const open = () => page.goto(`${walk.service.url}/alerts?integrationId=${demo.integrationId}`);
    const row = (title: string) => page.locator(".alerts > li", { hasText: title });
    /** Shortcuts, and filters without a button, work once the script of the page runs. */
    const scriptStarted = () => page.locator("html.scripted").waitFor();
    const fire = async (...titles: string[]) => {
      for (const title of titles) await deliver(demo, { id: title, title });
      await flushed(walk.service, demo);
    };

    /** Opens the list, and waits for the refresh that follows the first message of its live connection. */
    const openLive = async () => {
      const refreshed = page.waitForResponse(
        (response) => new URL(response.url()).pathname === "/alerts" && response.request().resourceType() === "fetch",
      );
      await open();
      await (await refreshed).finished();
    };
    const setHidden = (isHidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        dispatchEvent(new Event("visibilitychange"));
      }, isHidden);

    it("appear in an open list without a reload and without a request", async () => {
      await fire("the one before");
      await openLive();
      await page.getByLabel("Select: the one before").check();
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      await deliver(demo, { id: "new", title: "just arrived", severity: "critical" });
      await row("just arrived").getByText("Critical").waitFor();
      await row("just arrived").getByRole("link", { name: "just arrived" }).waitFor();
      expect(await row("just arrived").getByRole("button").allTextContents()).toEqual(["Acknowledge", "Resolve"]);
      expect(await page.locator(".alerts > li .title").allTextContents()).toEqual(["just arrived", "the one before"]);
      await page.getByRole("link", { name: "Unresolved 2" }).waitFor();
      await deliver(demo, { id: "new", title: "just arrived", status: "resolved" });
      await row("just arrived").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Unresolved 1" }).waitFor();
      expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
      expect(await page.getByLabel("Select: the one before").isChecked()).toBe(true);
      expect(requests).toEqual([]);
    });

    it("need no connection while the tab is hidden, and are there when it is shown again", async () => {
      const connected = page.waitForEvent("websocket");
      await openLive();
      const socket = await connected;
      const closed = socket.waitForEvent("close");
      await setHidden(true);
      await closed;
      await fire("meanwhile");
      const reconnected = page.waitForEvent("websocket");
      await setHidden(false);
      expect(new URL((await reconnected).url()).searchParams.get("cursor")).not.toBeNull();
      await row("meanwhile").waitFor();
    });

    it("are acknowledged and resolved, and the timeline keeps the note", async () => {
      await fire("disk is full");
      await open();
      await row("disk is full").getByRole("button", { name: "Acknowledge" }).click();
      await row("disk is full").getByText("Acknowledged").waitFor();
      await page.getByRole("link", { name: "disk is full" }).click();
      await page.getByLabel("Note").fill("Made room.");
      await page.getByRole("button", { name: "Resolve" }).click();
      await page.locator("#timeline").getByText("Made room.").waitFor();
      await page.locator(".head").getByText("Resolved").waitFor();
      expect(await page.locator(".timeline strong").allTextContents()).toEqual(["Created", "Acknowledged", "Resolved"]);
    });

    it("get notes and snoozes, and show who owns them", async () => {
      await fire("disk is full");
      await open();
      await row("disk is full").getByRole("button", { name: "Acknowledge" }).click();
      await row("disk is full").getByText("Responder").waitFor();
      await page.getByRole("link", { name: "disk is full" }).click();
      await page.locator(".facts").getByText("by Responder").waitFor();
      await page.getByLabel("Note").fill("The new disk is ordered.");
      await page.keyboard.press("Enter");
      await page.getByText("Note added.").waitFor();
      await page.getByLabel("Note").fill("Nothing to do before ten.");
      await page.getByLabel("Snooze for").selectOption("4 hours");
      await page.getByRole("button", { name: "Snooze", exact: true }).click();
      await page.getByText("Alert snoozed.").waitFor();
      await page.locator(".facts").getByText("Snoozed until").waitFor();
      await page.getByRole("button", { name: "End snooze" }).click();
      await page.getByText("Snooze ended.").waitFor();
      await page.getByRole("button", { name: "Add note" }).click();
      await page.getByText("The note is empty.").waitFor();
      const types = ["Created", "Acknowledged", "Noted", "Snoozed", "Unsnoozed"];
      expect(await page.locator(".timeline strong").allTextContents()).toEqual(types);
      const notes = ["The new disk is ordered.", "Nothing to do before ten."];
      expect(await page.locator(".timeline .note").allTextContents()).toEqual(notes);
    });

    it("are handled by keyboard", async () => {
      await fire("first", "second", "third");
      await open();
      await scriptStarted();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("a");
      await row("second").getByText("Acknowledged").waitFor();
      await scriptStarted();
      await page.keyboard.press("k");
      await page.keyboard.press("k");
      await page.keyboard.press("x");
      expect(await page.getByLabel("Select: second").isChecked()).toBe(true);
      await page.keyboard.press("/");
      await page.keyboard.type("thi");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.get("q") === "thi");
      await row("first").waitFor({ state: "detached" });
      await scriptStarted();
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "third" }).waitFor();
    });

    it("are resolved in bulk when selected", async () => {
      await fire("queue is long", "disk is full", "queue is stuck");
      await open();
      await page.getByLabel("Select: queue is long").check();
      await page.getByLabel("Select: queue is stuck").check();
      await page.getByText("2 selected").waitFor();
      await page.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
      await page.getByText("2 alerts resolved.").waitFor();
      expect(await page.locator(".alerts > li").count()).toBe(1);
      await page.getByRole("link", { name: /^Resolved/ }).click();
      await row("queue is long").waitFor();
      expect(await page.locator(".alerts > li").count()).toBe(2);
    });

    it("are resolved in bulk when they match the filter, on all pages", async () => {
      await fire(...Array.from({ length: 51 }, (_, index) => `alert ${index}`));
      await open();
      await page.getByLabel("all matching alerts, on all pages").check();
      await page.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
      await page.getByText("51 alerts resolved.").waitFor();
      expect(await page.locator(".alerts > li").count()).toBe(0);
    });

    it("are filtered by severity and label, and the URL keeps the filters", async () => {
      await deliver(demo, { id: "1", title: "checkout is slow", severity: "critical", service: "checkout" });
      await deliver(demo, { id: "2", title: "search is slow", severity: "low", service: "search" });
      await flushed(walk.service, demo);
      await open();
      await scriptStarted();
      await page.getByLabel("Critical").check();
      await row("search is slow").waitFor({ state: "detached" });
      await scriptStarted();
      await page.getByLabel("Critical").uncheck();
      await row("search is slow").waitFor();
      await page.getByLabel("Labels (name=value)").fill("service=search");
      await page.keyboard.press("Enter");
      await row("checkout is slow").waitFor({ state: "detached" });
      await page.reload();
      expect(await page.locator(".alerts > li").count()).toBe(1);
    });

    it("show a lost connection, and are updated after a reconnect", async () => {
      await fire("before");
      await open();
      await row("before").waitFor();
      await page.context().setOffline(true);
      await page.getByText("Connection lost.").waitFor();
      await deliver(demo, { id: "meanwhile", title: "meanwhile" });
      await flushed(walk.service, demo);
      await page.context().setOffline(false);
      await row("meanwhile").waitFor();
      await page.getByText("Connection lost.").waitFor({ state: "hidden" });
      expect(await page.locator(".alerts > li").count()).toBe(2);
    });

    it("are listed, acknowledged and resolved without scripts", async () => {
      const { service, browser } = walk;
      await deliver(demo, { id: "plain", title: "without scripts" });
      await flushed(service, demo);
      const plain = await signIn(await browser.newContext({ javaScriptEnabled: false }), service, email);
      await plain.goto(`${service.url}/alerts?integrationId=${demo.integrationId}`);
      await plain.getByRole("button", { name: "Acknowledge: without scripts" }).click();
      await plain.getByText("Alert acknowledged.").waitFor();
      expect(new URL(plain.url()).searchParams.get("integrationId")).toBe(demo.integrationId);
      await plain.getByLabel("Select: without scripts").check();
      await plain.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
      await plain.getByText("No matching alerts.").waitFor();
      await plain.getByText("1 alert resolved.").waitFor();
    });
  });
}
