import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser, deliver } from "../../support/console-data.ts";
import { HOUR } from "../../../src/lib/time.ts";
import { api, createIntegration, type Demo, flushed } from "../../support/service.ts";
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

    const open = (filter: Record<string, string> = { integrationId: demo.integrationId }) =>
      page.goto(`${walk.service.url}/alerts?${new URLSearchParams(filter).toString()}`);
    const row = (title: string) => page.locator(".alerts > li", { hasText: title });
    /** Shortcuts, and filters without a button, work once the script of the page runs. */
    const scriptStarted = () => page.locator("html.ready").waitFor();
    const fire = async (...titles: string[]) => {
      for (const title of titles) await deliver(demo, { id: title, title });
      await flushed(walk.service, demo);
    };

    /** Opens the list, and waits for the refresh that follows the first message of its live connection. */
    const openLive = async (filter?: Record<string, string>) => {
      const refreshed = page.waitForResponse(
        (response) => new URL(response.url()).pathname === "/alerts" && response.request().resourceType() === "fetch",
      );
      await open(filter);
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
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      const requests: string[] = [];
      page.on("request", (request) => {
        // The icon of the tab changes.
        if (!new URL(request.url()).pathname.startsWith("/assets/")) requests.push(request.url());
      });
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
      expect(requests).toEqual([]);
    });

    it("arrive with the name of an integration that is newer than the page, which is asked for once", async () => {
      const name = `Late source ${users}`;
      await openLive({ query: `"${name}"` });
      const asked: string[] = [];
      page.on("request", (request) => {
        if (new URL(request.url()).pathname === "/v1/integrations/names") asked.push(request.url());
      });
      demo = await createIntegration(walk.service, { provider: "generic", verification: { scheme: "hmac" }, name });
      for (const title of [`first of ${name}`, `second of ${name}`]) {
        await fire(title);
        await row(title).locator(".from").getByText(name).waitFor();
      }
      expect(asked).toHaveLength(1);
    });

    it("need no connection while the tab is hidden, and are there when it is shown again", async () => {
      // The overview, where one is after the sign-in, has a connection of its own.
      await page.goto("about:blank");
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

    it("are acknowledged in place, with an owner and an undo", async () => {
      await fire("disk is full");
      await openLive();
      const length = await page.evaluate("history.length");
      await row("disk is full").hover();
      await row("disk is full").getByRole("button", { name: "Acknowledge" }).click();
      await page.getByText("1 alert acknowledged.").waitFor();
      await row("disk is full").getByText("Acknowledged", { exact: true }).waitFor();
      await row("disk is full").getByText("Responder").waitFor();
      await page.getByRole("link", { name: "Acknowledged 1" }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("Undone.").waitFor();
      await row("disk is full").getByText("Open", { exact: true }).waitFor();
      expect(await page.evaluate("history.length")).toBe(length);
    });

    const detailsOf = async (title: string) => {
      await row(title).getByRole("link", { name: title }).click();
      await page.getByRole("heading", { name: title }).waitFor();
      await scriptStarted();
    };
    const undoOf = (toast: string) => page.locator(".toast", { hasText: toast }).getByRole("button", { name: "Undo" });

    it("stay as they are when an undo finds them changed by the source", async () => {
      await fire("disk is full", "fan is slow");
      await openLive();
      await page.getByLabel("Select all on this page").check();
      await page.keyboard.press("a");
      await page.getByText("2 alerts acknowledged.").waitFor();
      await deliver(demo, { id: "disk is full", title: "disk is full", status: "resolved" });
      await page.keyboard.press("u");
      await page.getByText("Undone for 1 of 2 alerts. 1 alert has changed since.").waitFor();
      await row("fan is slow").getByText("Open", { exact: true }).waitFor();
      await row("disk is full").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Resolved 1", exact: true }).waitFor();
      expect(await page.locator(".alerts > li .title").allTextContents()).toEqual(["fan is slow"]);
    });

    it("stay resolved when an undo finds that the source has resolved them since", async () => {
      await fire("disk is full");
      await openLive();
      await page.keyboard.press("j");
      await page.keyboard.press("r");
      await page.getByText("1 alert resolved.").waitFor();
      await deliver(demo, { id: "disk is full", title: "disk is full", status: "resolved" });
      await page.keyboard.press("u");
      await page.getByText("Not undone: 1 alert has changed since.").waitFor();
      await page.getByRole("link", { name: "Resolved 1", exact: true }).waitFor();
      expect(await row("disk is full").count()).toBe(0);
    });

    it("stay resolved when an earlier change of the same person is undone, on the page of the alert, too", async () => {
      await fire("disk is full");
      await open();
      await detailsOf("disk is full");
      await page.getByRole("button", { name: "Snooze", exact: true }).click();
      await page.getByText("1 alert snoozed.").waitFor();
      await page.getByRole("button", { name: "Resolve" }).click();
      await page.getByText("1 alert resolved.").waitFor();
      await undoOf("1 alert snoozed.").click();
      await page.getByText("Not undone: 1 alert has changed since.").waitFor();
      await page.locator(".head").getByText("Resolved").waitFor();
      await undoOf("1 alert resolved.").click();
      await page.getByText("Undone.", { exact: true }).waitFor();
      await page.locator(".head").getByText("Open").waitFor();
      await page.locator(".facts").getByText("Snoozed until").waitFor();
      await page.getByRole("button", { name: "Resolve" }).waitFor();
      const types = await page.locator(".timeline strong").allTextContents();
      expect(types.toSorted()).toEqual(["Created", "Reopened", "Resolved", "Snoozed", "Snoozed"]);
    });

    it("keep a note that is being written while a change is undone", async () => {
      await fire("disk is full");
      await open();
      await detailsOf("disk is full");
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.getByText("1 alert acknowledged.").waitFor();
      await page.getByRole("button", { name: "Acknowledge" }).waitFor({ state: "detached" });
      await page.getByLabel("Note").fill("Made room.");
      await undoOf("1 alert acknowledged.").click();
      await page.getByText("Undone.", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Acknowledge" }).waitFor();
      expect(await page.getByLabel("Note").inputValue()).toBe("Made room.");
    });

    it("are acknowledged and resolved, and the timeline keeps the note", async () => {
      await fire("disk is full");
      await open();
      await scriptStarted();
      await page.keyboard.press("j");
      await page.keyboard.press("a");
      await page.getByText("1 alert acknowledged.").waitFor();
      await page.getByRole("link", { name: "disk is full" }).click();
      await scriptStarted();
      await page.getByLabel("Note").fill("Made room.");
      await page.getByRole("button", { name: "Resolve" }).click();
      await page.locator("#timeline").getByText("Made room.").waitFor();
      await page.locator(".head").getByText("Resolved").waitFor();
      const types = await page.locator(".timeline strong").allTextContents();
      expect(types.toSorted()).toEqual(["Acknowledged", "Created", "Resolved"]);
    });

    it("get notes and snoozes, and show who owns them", async () => {
      await fire("disk is full");
      await open();
      await scriptStarted();
      await page.keyboard.press("j");
      await page.keyboard.press("a");
      await row("disk is full").getByText("Responder").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("n");
      await page.getByRole("textbox", { name: "Note" }).fill("The new disk is ordered.");
      await page.getByRole("button", { name: "Add note" }).click();
      await page.getByText("Note added to 1 alert.").waitFor();
      await page.keyboard.press("s");
      await page.getByLabel("4 hours").check();
      await page.getByLabel("Note (optional)").fill("Nothing to do before ten.");
      await page.getByRole("button", { name: "Snooze", exact: true }).last().click();
      await page.getByText("1 alert snoozed.").waitFor();
      await row("disk is full").waitFor({ state: "detached" });
      await page.goto(`${walk.service.url}/alerts?query=muted:true&integrationId=${demo.integrationId}`);
      await page.getByRole("link", { name: "disk is full" }).click();
      await page.locator(".facts").getByText("Snoozed until").waitFor();
      await page.locator(".facts").getByText("by Responder").waitFor();
      await scriptStarted();
      await page.getByRole("button", { name: "End snooze" }).click();
      await page.getByText("1 alert no longer snoozed.").waitFor();
      await page.getByRole("button", { name: "Add note" }).click();
      await page.getByText("The note is empty.").waitFor();
      await page.locator(".timeline strong", { hasText: "Unsnoozed" }).waitFor();
      const types = await page.locator(".timeline strong").allTextContents();
      expect(types.toSorted()).toEqual(["Acknowledged", "Created", "Noted", "Snoozed", "Unsnoozed"]);
      const notes = await page.locator(".timeline .note").allTextContents();
      expect(notes.toSorted()).toEqual(["Nothing to do before ten.", "The new disk is ordered."]);
    });

    it("are triaged by keyboard: thirty with at most 45 keys", async () => {
      const titles = Array.from({ length: 30 }, (_, index) => `alert ${index}`);
      await fire(...titles);
      await openLive();
      let keys = 0;
      const press = async (key: string) => {
        keys++;
        await page.keyboard.press(key);
      };
      await press("j");
      for (const index of titles.keys()) await press(index % 3 === 0 ? "r" : "a");
      await page.getByRole("link", { name: "Acknowledged 20" }).waitFor();
      await page.getByRole("link", { name: "Resolved 10" }).waitFor();
      expect(keys).toBeLessThanOrEqual(45);
      const focused = await page.evaluate("document.activeElement?.closest('[data-row]') !== null");
      expect(focused).toBe(true);
    });

    it("are selected, searched and opened by keyboard, and the next one from there", async () => {
      await fire("first", "second", "third");
      await open();
      await scriptStarted();
      for (const key of ["j", "x", "Shift+J", "j"]) await page.keyboard.press(key);
      await page.getByText("2 selected").waitFor();
      await page.keyboard.press("a");
      await page.getByText("2 alerts acknowledged.").waitFor();
      await page.keyboard.press("u");
      await page.getByText("Undone.").waitFor();
      expect(await page.locator(".alerts .status-open").count()).toBe(3);
      await page.keyboard.press("/");
      await page.keyboard.type("sec");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.get("query")?.endsWith("sec") ?? false);
      await row("first").waitFor({ state: "detached" });
      await scriptStarted();
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.goBack();
      await scriptStarted();
      const titles = await page.locator(".alerts .title").allTextContents();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: titles[0] ?? "" }).waitFor();
      await scriptStarted();
      await page.keyboard.press("j");
      await page.getByRole("heading", { name: titles[1] ?? "" }).waitFor();
      await scriptStarted();
      await page.getByRole("link", { name: "Alerts", exact: true }).last().click();
      await page.waitForURL((url) => url.searchParams.get("integrationId") === demo.integrationId);
    });

    it("are resolved when they match, on all pages, after a question, and come back with an undo", async () => {
      const titles = Array.from({ length: 147 }, (_, index) => `alert ${index}`);
      for (let start = 0; start < titles.length; start += 20)
        await Promise.all(titles.slice(start, start + 20).map((title) => deliver(demo, { id: title, title })));
      await flushed(walk.service, demo);
      await openLive();
      await page.getByRole("link", { name: "Unresolved 147" }).waitFor();
      expect(await page.title()).toBe("(147) Alerts · Tocsin");
      await page.getByLabel("Select all on this page").check();
      await page.getByText("100 selected").waitFor();
      await page.getByRole("button", { name: "Select all 147 matching" }).click();
      await deliver(demo, { id: "late", title: "came late" });
      await page.getByRole("button", { name: "1 new alert" }).waitFor();
      await page.getByText("148 selected").waitFor();
      await page.keyboard.press("r");
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.keyboard.press("r");
      await page.getByRole("dialog").getByRole("button", { name: "Resolve 148 alerts" }).click();
      await page.getByText("148 alerts resolved.").waitFor();
      await page.getByRole("link", { name: "Resolved 148" }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("Undone.").waitFor();
      await page.getByRole("link", { name: "Unresolved 148" }).waitFor();
    });

    it("are snoozed again when a change of all matching alerts is undone", async () => {
      const titles = Array.from({ length: 101 }, (_, index) => `alert ${index}`);
      for (let start = 0; start < titles.length; start += 20)
        await Promise.all(titles.slice(start, start + 20).map((title) => deliver(demo, { id: title, title })));
      await flushed(walk.service, demo);
      const filter = { integrationId: demo.integrationId };
      const snoozedUntil = new Date(Date.now() + HOUR).toISOString();
      await api(walk.service, "POST", "/v1/alerts/bulk", { filter, snoozedUntil });
      const muted = `${walk.service.url}/alerts?integrationId=${demo.integrationId}&query=muted:true`;
      await page.goto(muted);
      await scriptStarted();
      await page.getByLabel("Select all on this page").check();
      await page.getByRole("button", { name: "Select all 101 matching" }).click();
      await page.keyboard.press("r");
      await page.getByRole("dialog").getByRole("button", { name: "Resolve 101 alerts" }).click();
      await page.getByText("101 alerts resolved.").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("Undone.").waitFor();
      await page.goto(muted);
      await scriptStarted();
      await page.getByLabel("Select all on this page").check();
      await page.getByRole("button", { name: "Select all 101 matching" }).waitFor();
      expect(await page.locator(".alerts .muted[title=Snoozed]").count()).toBe(100);
    });

    it("wait behind a button while others are selected", async () => {
      await fire("one", "two");
      await openLive();
      await page.getByLabel("Select: one").check();
      await deliver(demo, { id: "three", title: "three", severity: "critical" });
      await page.getByRole("button", { name: "1 new alert" }).waitFor();
      expect(await row("three").count()).toBe(0);
      expect(await page.getByLabel("Select: one").isChecked()).toBe(true);
      await page.getByRole("button", { name: "1 new alert" }).click();
      await row("three").waitFor();
      expect(await page.getByLabel("Select: one").isChecked()).toBe(true);
    });

    it("are silenced by their labels, after a preview", async () => {
      await deliver(demo, { id: "1", title: "checkout is slow", service: "checkout" });
      await deliver(demo, { id: "2", title: "checkout is down", service: "checkout" });
      await deliver(demo, { id: "3", title: "search is slow", service: "search" });
      await flushed(walk.service, demo);
      await openLive();
      await row("checkout is slow").locator(".from").click();
      await page.keyboard.press("Shift+S");
      const dialog = page.getByRole("dialog");
      for (const box of await dialog.getByRole("checkbox", { checked: true }).all()) await box.uncheck();
      await dialog.getByLabel("service=checkout").check();
      await dialog.getByText("2 unresolved alerts will be muted now").waitFor();
      await dialog.getByLabel("Comment").fill("Deploy of checkout");
      await dialog.getByRole("button", { name: "Create silence" }).click();
      await page.getByText("Silence created.").waitFor();
      await row("checkout is slow").waitFor({ state: "detached" });
      await row("checkout is down").waitFor({ state: "detached" });
      expect(await row("search is slow").isVisible()).toBe(true);
      await page.getByRole("link", { name: "2 muted alerts" }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await row("checkout is down").waitFor();
    });

    it("are filtered by completion, chips and labels, and grouped; the URL keeps all of it", async () => {
      await deliver(demo, { id: "1", title: "checkout is slow", severity: "critical", service: "kasse" });
      await deliver(demo, { id: "2", title: "search is slow", severity: "low", service: "suche" });
      await flushed(walk.service, demo);
      await open();
      await scriptStarted();
      await page.keyboard.press("/");
      await page.keyboard.press("End");
      await page.keyboard.type(" sever");
      await page.locator("[role=option]:first-child", { hasText: "severity:" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: "critical" }).waitFor();
      await page.keyboard.type("cri");
      await page.getByRole("option", { name: "high" }).waitFor({ state: "detached" });
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
      await row("search is slow").waitFor({ state: "detached" });
      await row("checkout is slow").waitFor();
      await page.getByRole("link", { name: "Remove severity:critical" }).click();
      await row("search is slow").getByRole("link", { name: "suche" }).click();
      await row("checkout is slow").waitFor({ state: "detached" });
      await page.reload();
      expect(await page.locator(".alerts > li").count()).toBe(1);
      await page.getByRole("link", { name: /Remove label.service/ }).click();
      await page.getByLabel("Group by").selectOption("Service");
      await page.getByRole("link", { name: "kasse" }).click();
      await row("checkout is slow").waitFor();
      expect(await page.locator(".alerts > li").count()).toBe(1);
      await page.getByLabel("Filter alerts").fill("sevrity:high");
      await page.keyboard.press("Enter");
      await page.getByText(/Position 1: unknown field `sevrity`/).waitFor();
    });

    it("are previewed beside the list, at once on wide screens", async () => {
      await fire("disk is full");
      await open();
      await scriptStarted();
      await page.keyboard.press("j");
      await page.keyboard.press("e");
      const panel = page.getByRole("complementary", { name: "Preview" });
      await panel.getByText("Created").waitFor();
      await panel.getByRole("button", { name: "Resolve" }).click();
      await page.getByText("1 alert resolved.").waitFor();
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "hidden" });
      expect(await row("disk is full").count()).toBe(0);
      await page.keyboard.press("u");
      await row("disk is full").waitFor();
      await page.setViewportSize({ width: 1920, height: 1080 });
      await page.reload();
      await panel.getByText("Created").waitFor();
    });

    it("fit the screen: 16 rows at 1280 × 800, and the first one high up on a phone", async () => {
      await fire(...Array.from({ length: 20 }, (_, index) => `alert ${index}`));
      const topOf = (index: number) => page.locator(".alerts > li").nth(index).boundingBox();
      await open();
      await scriptStarted();
      expect((await topOf(0))?.y).toBeLessThan(160);
      const last = await topOf(15);
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(800);
      await page.setViewportSize({ width: 360, height: 740 });
      expect((await topOf(0))?.y).toBeLessThan(220);
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
