/** An accepted delivery with events that could not be read: its alerts are lost, so the console shows it among what fails. */
import { beforeAll, describe, expect, it } from "vitest";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { call, createIntegration, deliver, flushed } from "../../support/worker.ts";

let cookie: string;

beforeAll(async () => {
  const teamId = await createTeam();
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  ({ cookie } = user);
  const integration = await createIntegration({ name: "Batches", teamId });
  await deliver(integration, [{ id: "1", title: "all is read" }]);
  await deliver(integration, [{ id: "2", title: "beside an unreadable one" }, "not an object"]);
  await flushed(integration);
});

const page = async (path: string): Promise<string> =>
  (await call<string>("GET", path, { headers: { cookie, accept: "text/html" } })).body;

const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, "");

/** The path of the first link in a part of the page. */
const linkOf = (html: string): string =>
  (/<a class="title" href="([^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");

describe("A partly read delivery", () => {
  it("is a fault on the overview, with what to do and a link to exactly this delivery", async () => {
    const html = await page("/");
    const [faults = ""] = /<ol class="rows faults">.*?<\/ol>/s.exec(html) ?? [];
    expect(textOf(faults)).toContain("1 delivery partly read: Unreadable events: expected a JSON object");
    expect(textOf(faults)).toContain("Batches: Alerts may be missing");
    const list = await page(linkOf(faults));
    expect(list).toContain("beside an unreadable one");
    expect(list).not.toContain("all is read");
  });

  it("is among the reasons of the delivery list", async () => {
    const [reasons = ""] = /<section class="reasons".*?<\/section>/s.exec(await page("/deliveries")) ?? [];
    expect(textOf(reasons)).toContain("Unreadable events: expected a JSON object");
    const list = await page(linkOf(reasons));
    const [delivery] = /\/deliveries\/[0-9a-f-]{36}/.exec(list) ?? [];
    expect(textOf(await page(delivery ?? ""))).toContain("Alerts may be missing");
  });
});
