/** The reasons of rejections, in the list of deliveries and on the overview. */
import { beforeAll, describe, expect, it } from "vitest";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

/** Each is rejected for a reason of its own. */
const UNREADABLE = ["{", "[", '"', "nul", '{"a"', '{"a":', '{"a":1'];

let cookie: string;
let integrations: TestIntegration[];

beforeAll(async () => {
  const teamId = await createTeam();
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  ({ cookie } = user);
  integrations = await Promise.all(
    ["Web shop", "Billing", "Search", "Ledger"].map((name) => createIntegration({ name, teamId })),
  );
  const [first] = integrations;
  if (first) for (const body of UNREADABLE) await deliver(first, body);
  for (const one of integrations)
    for (let attempt = 0; attempt < 2; attempt++) await deliver({ ...one, secret: "another one, wrong" }, {});
  for (const one of integrations) await flushed(one);
});

const page = async (path: string): Promise<string> =>
  (await call<string>("GET", path, { headers: { cookie, accept: "text/html" } })).body;

/** The reasons that a page of deliveries shows. */
const shownReasons = (html: string): number =>
  [.../<section class="reasons".*?<\/section>/s.exec(html)![0].matchAll(/<li>/g)].length;

/** The link to all reasons, and its text. */
function allReasons(html: string): { path: string; text: string } {
  const [, path = "", text = ""] = /<a href="([^"]*reasons=all[^"]*)">(.*?)<\/a>/s.exec(html) ?? [];
  return { path: path.replaceAll("&amp;", "&"), text: text.replaceAll(/<[^>]*>/g, "") };
}

const REASONS = UNREADABLE.length + 1;

describe("The reasons of rejections", () => {
  it("are counted in the list of deliveries, which links to the rest", async () => {
    const html = await page("/deliveries?status=REJECTED");
    expect(shownReasons(html)).toBe(6);
    const link = allReasons(html);
    expect(link.text).toBe(`All ${REASONS}`);
    const all = await page(link.path);
    expect(shownReasons(all)).toBe(REASONS);
    expect(allReasons(all).path).toBe("");
    expect(all).toContain('name="status" value="REJECTED" checked');
  });

  it("are counted on the overview, which links to the rest", async () => {
    const link = allReasons(await page("/"));
    expect(link.text).toBe(`All ${REASONS} reasons`);
    expect(shownReasons(await page(link.path))).toBe(REASONS);
  });

  it("have no link to all reasons when all are shown", async () => {
    const html = await page(`/deliveries?integrationId=${integrations[1]?.id}`);
    expect(shownReasons(html)).toBe(1);
    expect(allReasons(html).path).toBe("");
  });

  it("name the integrations on the overview, and link to them", async () => {
    const html = await page("/");
    const [row = ""] = /8 deliveries rejected.*?<\/li>/s.exec(html) ?? [];
    const named = [...row.matchAll(/<a href="\/integrations\/([^"]+)"/g)].map(([, id]) => id);
    expect(named).toHaveLength(3);
    expect(integrations.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
    expect(row.replaceAll(/<[^>]*>/g, "")).toContain(" and 1 more: Copy the secret");
  });
});
