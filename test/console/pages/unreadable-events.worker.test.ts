/** Accepted deliveries with unreadable events: their alerts are lost, so the console shows them among what fails. */
import { beforeAll, describe, expect, it } from "vitest";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { call, createIntegration, deliver, deliverWithToken, flushed } from "../../support/worker.ts";

let cookie: string;

beforeAll(async () => {
  const teamId = await createTeam();
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  ({ cookie } = user);
  const integration = await createIntegration({ name: "Batches", teamId });
  await deliver(integration, [{ id: "1", title: "all is read" }]);
  await deliver(integration, [{ id: "2", title: "beside an unreadable one" }, "not an object"]);
  await deliver(integration, "{");
  await flushed(integration);
});

const page = async (path: string, by = cookie): Promise<string> =>
  (await call<string>("GET", path, { headers: { cookie: by, accept: "text/html" } })).body;

const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, "");

/** The path of the first link in a part of the page. */
const linkOf = (html: string): string =>
  (/<a class="title" href="([^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");

const reasonsOf = async (path: string, by = cookie): Promise<string[]> => {
  const [reasons = ""] = /<section class="reasons".*?<\/section>/s.exec(await page(path, by)) ?? [];
  return [...reasons.matchAll(/<li>.*?<\/li>/gs)].map(([row]) => row);
};

describe("A delivery with unreadable events", () => {
  it("is a fault on the overview, with what to do and a link to exactly this delivery", async () => {
    const html = await page("/");
    const [faults = ""] = /<ol class="rows faults">.*?<\/ol>/s.exec(html) ?? [];
    const row =
      [...faults.matchAll(/<li.*?<\/li>/gs)].map(([one]) => one).find((one) => one.includes("unreadable events")) ?? "";
    expect(textOf(row)).toContain("1 delivery with unreadable events: expected a JSON object");
    expect(textOf(row)).toContain("Batches: Alerts may be missing");
    const list = await page(linkOf(row));
    expect(list).toContain("beside an unreadable one");
    expect(list).not.toContain("all is read");
  });

  it.each([
    ["", true, true],
    ["?status=ACCEPTED", true, false],
    ["?status=ACCEPTED&status=REJECTED", true, true],
    ["?status=ACCEPTED&status=DUPLICATE", true, false],
    ["?status=REJECTED", false, true],
  ])("is among the reasons of the delivery list %s: %s, beside a rejection: %s", async (query, isShown, isBeside) => {
    const rows = (await reasonsOf(`/deliveries${query}`)).map(textOf);
    expect(rows).toHaveLength(Number(isShown) + Number(isBeside));
    expect(rows.some((row) => row.includes("Unreadable events: expected a JSON object"))).toBe(isShown);
  });

  it("has a link to exactly the deliveries with its fault, also where another fault begins like it", async () => {
    const teamId = await createTeam();
    const user = await createSignedInUser();
    await setRole(teamId, user.id, "ADMIN");
    const librato = await createIntegration({ name: "Librato", teamId, provider: "librato" });
    const alertmanager = await createIntegration({ name: "Alertmanager", teamId, provider: "alertmanager" });
    await deliverWithToken(librato, { payload: { alert: [{ id: 1, name: "high load" }, 7] } });
    await deliverWithToken(alertmanager, { alerts: [{ labels: { alertname: "full queue" } }, 7] });
    for (const one of [librato, alertmanager]) await flushed(one);
    const rows = await reasonsOf("/deliveries", user.cookie);
    const found = await Promise.all(
      rows.map(async (row) => {
        const list = await page(linkOf(row), user.cookie);
        const titles = ["high load", "full queue"].filter((title) => list.includes(title));
        return [/Unreadable events: [a-z ]+/.exec(textOf(row))?.[0], titles];
      }),
    );
    expect(found.toSorted()).toEqual([
      ["Unreadable events: expected an alert object", ["full queue"]],
      ["Unreadable events: expected an alert", ["high load"]],
    ]);
  });

  it("shows what to do on its own page", async () => {
    const [row = ""] = await reasonsOf("/deliveries?status=ACCEPTED");
    const [delivery = ""] = /\/deliveries\/[0-9a-f-]{36}/.exec(await page(linkOf(row))) ?? [];
    expect(delivery).not.toBe("");
    expect(textOf(await page(delivery))).toContain("Alerts may be missing");
  });
});
