/** People at work in the console: the service as a user starts it, and a real browser. */
import { rmSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Webhook } from "standardwebhooks";
import { aDayLater, deliveryOf } from "../support/a-day-later.ts";
import { PASSWORD, signIn, startBrowser, troublesOf } from "../support/browser.ts";
import { createPerson, deliver } from "../support/console-data.ts";
import { api, createIntegration, type Demo, flushed, type Service, startService } from "../support/service.ts";
import { serveSubscriber } from "../../scripts/lib/subscriber.ts";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  rmSync(service.stateDirectory, { recursive: true });
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

describe("a new deployment", () => {
  it("leads from nothing to a first alert", async () => {
    const page = await (await browser.newContext()).newPage();
    const troubles = troublesOf(page);
    await page.goto(service.url);
    await page.getByRole("link", { name: "Create the first admin" }).click();
    await page.getByLabel("Root key").fill("not the root key at all");
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill("first@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("alert").waitFor();

    await page.getByLabel("Root key").fill(service.rootApiKey);
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill("first@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create" }).click();

    await page.getByRole("searchbox").fill("uptime ku");
    await page.locator("#catalogue").getByRole("link", { name: "Uptime Kuma" }).click();
    await page.getByLabel("Name").fill("Our uptime");
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByRole("heading", { name: "Our uptime is connected" }).waitFor();
    await page.getByText("Waiting for the first delivery").waitFor();
    await page.getByRole("button", { name: "Send a signed test" }).click();
    await page.getByText("Verified", { exact: true }).waitFor();
    await page.getByRole("link", { name: "see it" }).click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    expect(troubles).toEqual([]);
  });

  it("gives a command that works as it is pasted, and says why another one does not", async () => {
    await createPerson(service, "paste@example.com", "Paste", true);
    const context = await browser.newContext();
    const page = await signIn(context, service, "paste@example.com");
    await page.goto(`${service.url}/integrations/new?provider=generic`);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("The same as a command").click();
    const command = (await page.locator("details pre").textContent()) ?? "";
    await run(command.replace(/sha256=[0-9a-f]+/, "sha256=00"));
    await page.getByText(/Not verified: /).waitFor();
    expect(JSON.parse(await run(command))).toMatchObject({ status: "accepted" });
    await page.getByText(/An alert is open/).waitFor();
  });
});

describe("alerts", () => {
  let page: Page;
  let demo: Demo;
  let troubles: string[];
  let people = 0;

  beforeEach(async () => {
    const email = `responder-${people++}@example.com`;
    await createPerson(service, email, "Responder", true);
    demo = await createIntegration(service, {
      provider: "generic",
      verification: { scheme: "hmac" },
      name: `Source ${people}`,
    });
    page = await signIn(await browser.newContext({ viewport: { width: 1280, height: 800 } }), service, email);
    troubles = troublesOf(page);
  });
  afterEach(() => expect(troubles).toEqual([]));

  const open = () => page.goto(`${service.url}/alerts?integrationId=${demo.integrationId}`);
  const row = (title: string) => page.locator(".alerts > li", { hasText: title });
  const fire = async (...titles: string[]) => {
    for (const title of titles) await deliver(demo, { id: title, title });
    await flushed(service, demo);
  };

  it("arrive in an open list, without a reload", async () => {
    await fire("the one before");
    await open();
    await page.getByLabel("Choose: the one before").check();
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    await deliver(demo, { id: "new", title: "just arrived" });
    await row("just arrived").waitFor();
    expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
    expect(await page.getByLabel("Choose: the one before").isChecked()).toBe(true);
    await deliver(demo, { id: "new", title: "just arrived", status: "resolved" });
    await row("just arrived").waitFor({ state: "detached" });
  });

  it("are acknowledged and resolved, with a note that the timeline keeps", async () => {
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

  it("are worked through by keyboard", async () => {
    await fire("first", "second", "third");
    await open();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await row("second").getByText("Acknowledged").waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    expect(await page.getByLabel("Choose: second").isChecked()).toBe(true);
    await page.keyboard.press("/");
    await page.keyboard.type("thi");
    await page.keyboard.press("Enter");
    await row("first").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("q")).toBe("thi");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "third" }).waitFor();
  });

  it("are moved on many at once: those chosen, or all that match", async () => {
    await fire("queue is long", "disk is full", "queue is stuck");
    await open();
    await page.getByLabel("Choose: queue is long").check();
    await page.getByLabel("Choose: queue is stuck").check();
    await page.getByText("2 chosen").waitFor();
    await page.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
    await page.getByText("Changed.").waitFor();
    expect(await page.locator(".alerts > li").count()).toBe(1);
    await page.getByRole("link", { name: /^Resolved/ }).click();
    await row("queue is long").waitFor();
    expect(await page.locator(".alerts > li").count()).toBe(2);
  });

  it("are filtered by severity, label and text, and the address tells", async () => {
    await deliver(demo, { id: "1", title: "checkout is slow", severity: "critical", service: "checkout" });
    await deliver(demo, { id: "2", title: "search is slow", severity: "low", service: "search" });
    await flushed(service, demo);
    await open();
    await page.getByLabel("Critical").check();
    await row("search is slow").waitFor({ state: "detached" });
    await page.getByLabel("Critical").uncheck();
    await row("search is slow").waitFor();
    await page.getByLabel("Labels, as name=value").fill("service=search");
    await page.keyboard.press("Enter");
    await row("checkout is slow").waitFor({ state: "detached" });
    await page.reload();
    expect(await page.locator(".alerts > li").count()).toBe(1);
  });

  it("tell when the connection is lost, and go on when it is back", async () => {
    await fire("before");
    await open();
    await row("before").waitFor();
    await page.context().setOffline(true);
    await page.getByText("The connection is lost.").waitFor();
    await deliver(demo, { id: "meanwhile", title: "meanwhile" });
    await flushed(service, demo);
    await page.context().setOffline(false);
    await row("meanwhile").waitFor();
    await page.getByText("The connection is lost.").waitFor({ state: "hidden" });
    expect(await page.locator(".alerts > li").count()).toBe(2);
  });
});

describe("a mapping that was wrong", () => {
  it("is mended before one's eyes, and what was refused is replayed", async () => {
    await createPerson(service, "mapper@example.com", "Mapper", true);
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
    const troubles = troublesOf(page);
    await page.goto(`${service.url}/integrations/${demo.integrationId}/mapping`);
    await page.locator("textarea[name=title]").fill("name & ' (' & $string(depth) & ')'");
    await page.locator("#tried").getByText("Queue is full (9200)", { exact: true }).waitFor();
    await page.locator("textarea[name=severity]").fill("$broken(");
    await page.locator("#tried").getByRole("alert").waitFor();
    await page.locator("textarea[name=severity]").fill("");
    await page.locator("#tried .title").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    await page.getByRole("link", { name: "The delivery" }).click();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("Replayed as a new delivery").waitFor();
    await flushed(service, demo);
    await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}&status=ACCEPTED`);
    await page.getByRole("link", { name: /replay of delivery/i }).click();
    await page.locator(".diff ins").first().waitFor();
    await page.locator(".outcomes").getByRole("link").click();
    await page.getByRole("heading", { name: "Queue is full (9200)" }).waitFor();

    await page.goto(`${service.url}/deliveries?integrationId=${demo.integrationId}&status=REJECTED`);
    await page.getByText("Replay all that match").click();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("heading", { name: "2 replayed" }).waitFor();
    await flushed(service, demo);
    await page.goto(`${service.url}/alerts?integrationId=${demo.integrationId}`);
    await page.getByRole("link", { name: "Another queue is full (7)" }).waitFor();
    expect(troubles).toEqual([]);
  });
});

describe("a subscription", () => {
  it("is made, fails, and is put right, without scripts", async () => {
    await createPerson(service, "teller@example.com", "SubscriptionNotifier", true);
    const demo = await createIntegration(service, {
      name: "Told source",
      provider: "generic",
      verification: { scheme: "hmac" },
    });
    const subscriber = await serveSubscriber();
    const told = () => subscriber.heard("/pager").filter(({ status }) => status === 204);
    const page = await signIn(await browser.newContext({ javaScriptEnabled: false }), service, "teller@example.com");
    const marked = async (mark: string) => {
      for (;;) {
        await page.goto(subscription);
        if (await page.locator(".head .marks").getByText(mark).isVisible()) return;
      }
    };

    await page.goto(`${service.url}/settings/teams`);
    await page.getByRole("link", { name: "Subscriptions" }).click();
    await page.getByLabel("Name", { exact: true }).fill("The pager");
    await page.getByLabel("URL").fill(`${subscriber.url}/pager`);
    await page.getByLabel("High").check();
    await page.getByLabel("Integration").selectOption("Told source");
    for (const wrong of ["checkout", "service=search\nservice=checkout", "=checkout"]) {
      await page.getByLabel("Labels").fill(wrong);
      await page.getByRole("button", { name: "Subscribe" }).click();
      await page.getByRole("alert").getByText("/filter/labels").waitFor();
      expect(await page.getByLabel("Labels").inputValue()).toBe(wrong);
    }
    await page.getByLabel("Labels").fill("service = checkout");
    await page.getByRole("button", { name: "Subscribe" }).click();
    const secret = (await page.locator("dd code").first().textContent()) ?? "";
    await page.getByRole("button", { name: "Send a test message" }).click();
    await page.getByText(/was taken: 204/).waitFor();
    await page.getByRole("link", { name: "Subscriptions" }).click();
    await page.getByRole("link", { name: "The pager" }).click();
    const subscription = page.url();
    const id = new URL(subscription).pathname.split("/").at(-1) ?? "";

    const fire = async (title: string, service = "checkout") =>
      void (await deliver(demo, { id: title, title, severity: "high", service }));
    await fire("of another service", "search");
    await fire("told");
    await flushed(service, demo);
    while (told().length < 2) await nextTurn();
    const messages = told().map(({ body, headers }) => new Webhook(secret).verify(body, headers));
    expect(messages).toMatchObject([
      { type: "subscription.test" },
      { type: "alert.created", data: { alert: { title: "told" } } },
    ]);
    await marked("Well");

    subscriber.answer("/pager", { status: 500 });
    for (const title of ["lost", "late", "later"]) await fire(title);
    await marked("Down since");
    await page.getByText("it answered 500").waitFor();
    await page.getByRole("button", { name: "Send a test message" }).click();
    await page.getByText(/failed: it answered 500/).waitFor();
    while ((await deliveryOf(service, id)).waiting < 3) await nextTurn();
    await aDayLater(service, id, 3);
    await marked("Dead letters: 3");
    await page.getByRole("link", { name: "Dead letters: 3" }).click();
    const letters = page.locator("[data-row]", { hasText: "Created: it answered 500" });
    expect(await letters.count()).toBe(3);
    await letters.first().locator("a.title").click();
    await page.getByLabel("The message, indented").getByText('"title": "lost"').waitFor();
    await page.getByText("Forget", { exact: true }).click();
    await page.getByRole("button", { name: "Forget it" }).click();
    await page.getByText("Removed.").waitFor();
    expect(await letters.count()).toBe(2);
    subscriber.answer("/pager", { status: 204 });
    await letters.first().getByRole("button", { name: "Send once more" }).click();
    await page.getByText("On their way.").waitFor();
    await page.getByRole("button", { name: "Send all once more" }).click();
    await page.getByText("There is no dead letter.").waitFor();
    while (told().length < 4) await nextTurn();
    expect(told().map(({ body }) => /"title":"(\w+)"/.exec(body)?.[1])).toEqual([undefined, "told", "late", "later"]);
    await marked("Well");

    await page.getByText("Rotate the secret").click();
    await page.getByLabel("The old one works for, minutes").fill("60");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    const newSecret = (await page.locator("dd code").first().textContent()) ?? "";
    await page.getByRole("button", { name: "Send a test message" }).click();
    await page.getByText(/was taken: 204/).waitFor();
    const { body = "", headers = {} } = told().at(-1) ?? {};
    for (const one of [secret, newSecret]) expect(new Webhook(one).verify(body, headers)).toBeTruthy();

    await page.goto(subscription);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator(".head").getByText("Paused").waitFor();
    expect(await page.getByLabel("High").isChecked()).toBe(true);
    expect(await page.getByLabel("Labels").inputValue()).toBe("service=checkout");
    await page.getByLabel("High").uncheck();
    await page.getByLabel("Labels").fill("");
    await page.getByLabel("Closed").first().check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator(".head").getByText("Well").waitFor();
    const { body: changed } = await api<object>(service, "GET", `/v1/subscriptions/${id}`);
    expect(changed).toMatchObject({
      name: "The pager",
      isEnabled: true,
      filter: { status: ["CLOSED"], integrationId: demo.integrationId },
    });
    expect(changed).not.toHaveProperty("filter.severity");
    expect(changed).not.toHaveProperty("filter.labels");

    await page.getByText("Delete this subscription").click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Deleted.").waitFor();
    expect(await page.getByRole("link", { name: "The pager" }).count()).toBe(0);
    expect((await page.goto(subscription))?.status()).toBe(404);
    await subscriber.close();
  });
});

describe("people", () => {
  it("of another team see nothing of it", async () => {
    const { body: team } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Secret team" });
    const { body: other } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Other team" });
    await createPerson(service, "outsider@example.com", "Outsider");
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
      "/settings/subscriptions",
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
      `/settings/subscriptions/${subscription.id}`,
      `/settings/subscriptions/${subscription.id}/dead-letters`,
    ]) {
      const response = await page.goto(service.url + path);
      expect({ path, status: response?.status() }).toEqual({ path, status: 404 });
    }
  });

  it("come in by a link, set a password, and see their team", async () => {
    const { body: team } = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Newcomers" });
    await createPerson(service, "host@example.com", "Host", true);
    const page = await signIn(await browser.newContext(), service, "host@example.com");
    await page.goto(`${service.url}/settings/teams/${team.id}`);
    await page.getByLabel("Email").fill("newcomer@example.com");
    await page.getByLabel("Name").first().fill("Newcomer");
    await page.getByRole("button", { name: "Add" }).click();
    const link = (await page.getByText("/set-password#").textContent()) ?? "";

    const theirs = await (await browser.newContext()).newPage();
    await theirs.goto(link);
    expect(await theirs.getByLabel("One-time token").inputValue()).not.toBe("");
    expect(theirs.url()).not.toContain("#");
    await theirs.getByLabel("New password").fill(PASSWORD);
    await theirs.getByRole("button", { name: "Set it" }).click();
    await theirs.getByText("Your password is set").waitFor();
    await theirs.getByLabel("Email").fill("newcomer@example.com");
    await theirs.getByLabel("Password").fill(PASSWORD);
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await theirs.goto(`${service.url}/settings/teams`);
    await theirs.getByRole("link", { name: "Newcomers" }).waitFor();
  });

  it("are signed out everywhere by signing out, and come back to the page they wanted", async () => {
    await createPerson(service, "leaver@example.com", "Leaver", true);
    const context = await browser.newContext();
    const page = await signIn(context, service, "leaver@example.com");
    const cookies = await context.cookies();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    // The session is over, not only forgotten by this browser.
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

  it("cannot be made to act by another site's page", async () => {
    await createPerson(service, "victim@example.com", "Victim", true);
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
});

describe("a page", () => {
  const odd = [
    "/alerts/not-an-id",
    "/alerts?cursor=x&severity=WORST&view=none&integrationId=1&label==&period=soon&done=constructor",
    "/deliveries?cursor=x",
    "/deliveries/01a20b77-34ec-7b65-968e-f4f37a8702b0",
    "/integrations/new?provider=constructor&q=%00",
    "/integrations/x/mapping?delivery=x",
    "/settings/audit?cursor=-1&targetId=%27",
    "/settings/subscriptions?cursor=x",
    "/settings/subscriptions/x/dead-letters?cursor=x",
    "/settings/subscriptions/01a20b77-34ec-7b65-968e-f4f37a8702b0/dead-letters/x",
    "/?range=%22%3E%3Cscript%3E",
    "/sign-in?returnTo=//evil.example",
  ];

  it("answers whatever it is asked without breaking", async () => {
    await createPerson(service, "odd@example.com", "Odd", true);
    const context = await browser.newContext();
    await signIn(context, service, "odd@example.com");
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    for (const path of odd) {
      const { status } = await fetch(service.url + path, { headers: { cookie } });
      expect({ path, isAnswered: status < 500 }).toEqual({ path, isAnswered: true });
    }
    const posts = ["/alerts", "/alerts/x/status", "/deliveries/replay", "/deliveries/x/replay", "/integrations/new"];
    posts.push("/settings/subscriptions", "/settings/subscriptions/x", "/settings/subscriptions/x/dead-letters/resend");
    for (const path of [...posts, "/integrations/x", "/settings/teams", "/settings/keys", "/sign-in", "/welcome"]) {
      for (const body of [JSON.stringify({ a: 1 }), new URLSearchParams({ status: "WORSE", id: "1" })]) {
        const headers = { cookie, origin: service.url };
        const { status } = await fetch(service.url + path, { method: "POST", headers, body, redirect: "manual" });
        expect({ path, isAnswered: status < 500 }).toEqual({ path, isAnswered: true });
      }
    }
  });

  it("leads nobody to another host after signing in", async () => {
    await createPerson(service, "careful@example.com", "Careful", true);
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${service.url}/sign-in?returnTo=${encodeURIComponent("//evil.example/\\evil.example")}`);
    await page.getByLabel("Email").fill("careful@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${service.url}/`);
    expect(new URL(page.url()).origin).toBe(service.url);
  });
});

it("lists and acknowledges without scripts", async () => {
  await createPerson(service, "plain@example.com", "Plain", true);
  const demo = await createIntegration(service, { provider: "generic", verification: { scheme: "hmac" } });
  await deliver(demo, { id: "plain", title: "without scripts" });
  await flushed(service, demo);
  const page = await signIn(await browser.newContext({ javaScriptEnabled: false }), service, "plain@example.com");
  await page.goto(`${service.url}/alerts?integrationId=${demo.integrationId}`);
  await page.getByRole("button", { name: "Acknowledge: without scripts" }).click();
  await page.getByText("Acknowledged.").waitFor();
  expect(new URL(page.url()).searchParams.get("integrationId")).toBe(demo.integrationId);
  await page.getByLabel("Choose: without scripts").check();
  await page.locator(".bulk").getByRole("button", { name: "Resolve" }).click();
  await page.getByText("All quiet.").or(page.getByText("Nothing matches.")).waitFor();
});

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Runs what somebody pasted into a shell. */
async function run(command: string): Promise<string> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    execFile("bash", ["-c", command], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
