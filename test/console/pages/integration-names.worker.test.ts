import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TriageData } from "../../../src/console/triage/data.ts";
import { connect } from "../../../src/db/client.ts";
import { HOUR, toIso } from "../../../src/lib/time.ts";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { api, call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

/** The API lists this many names in one response. */
const LISTED = 1000;

let teamId: string;
let cookie: string;
let oldest: TestIntegration;
let deleted: TestIntegration;

beforeAll(async () => {
  teamId = await createTeam();
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  ({ cookie } = user);
  oldest = await createIntegration({ name: "The oldest of all", teamId });
  deleted = await createIntegration({ name: "Soon deleted", teamId });
  await deliver(oldest, { id: "1", title: "disk is full", severity: "critical" });
  for (const one of [oldest, deleted]) await deliver({ ...one, secret: "another one, wrong" }, {});
  for (const one of [oldest, deleted]) await flushed(one);
  await api("DELETE", `/v1/integrations/${deleted.id}`);
  await connect(env)
    .execute(sql`insert into integrations (id, team_id, name, provider, verification, secret_ciphertext, secret_key_id)
    select gen_random_uuid(), ${teamId}::uuid, 'Newer ' || n, 'generic', '{}', '', '' from generate_series(1, ${LISTED}) n`);
});

// The other files have the same database, and requests call the objects of its integrations.
afterAll(async () => {
  await connect(env).execute(sql`delete from integrations where team_id = ${teamId}::uuid and name like 'Newer %'`);
});

const page = async (path: string) =>
  (await call<string>("GET", path, { headers: { cookie, accept: "text/html" } })).body;

/** The text of the first element that a pattern matches. */
const textOf = (html: string, pattern: RegExp): string =>
  (pattern.exec(html)?.[0] ?? "")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .trim();

describe("an integration that is older than the newest thousand has its name", () => {
  it("on the overview, unlike a deleted one", async () => {
    const body = await page("/");
    const [faults = ""] = /<ol class="rows faults">.*?<\/ol>/s.exec(body) ?? [];
    expect(faults).toContain(`<a href="/integrations/${oldest.id}">The oldest of all</a>`);
    expect(faults.match(/Deleted integration/g)).toHaveLength(1);
    const [critical = ""] = /<li id="critical-.*?<\/li>/s.exec(body) ?? [];
    expect(critical).toContain("The oldest of all");
    const [topKeys = ""] = /<ol class="rows top-keys">.*?<\/ol>/s.exec(body) ?? [];
    expect(topKeys).toContain("The oldest of all");
  });

  it("in the rows of the alert list, and in the data of its script", async () => {
    const body = await page("/alerts");
    expect(textOf(body, /<span class="from".*?<\/span>/s)).toBe("The oldest of all");
    const [, data = ""] = /id="triage-data">(.*?)<\/script>/s.exec(body) ?? [];
    const { context } = JSON.parse(data) as TriageData;
    expect(context.names[oldest.id]).toBe("The oldest of all");
  });

  it("in the groups of the alert list", async () => {
    const body = await page("/alerts?group=integration");
    expect(textOf(body, /<ol class="rows groups">.*?<\/a>/s)).toContain("The oldest of all");
  });

  it("in the conditions of a query, also without a matching alert", async () => {
    const query = encodeURIComponent(`integration:"${oldest.id}",x nothing`);
    expect(textOf(await page(`/alerts?query=${query}`), /<a class="chip".*?<\/a>/s)).toBe(
      'integration:"The oldest of all",x',
    );
  });

  it("in the matchers of a silence", async () => {
    const matcher = (value: string, isRegex: boolean) => ({
      name: "tocsin_integration",
      value,
      isRegex,
      isEqual: true,
    });
    const { body: silence } = await api<{ id: string }>("POST", "/v1/silences", {
      teamId,
      matchers: [matcher(oldest.id, false), matcher("0.*", true)],
      endsAt: toIso(Date.now() + HOUR),
      comment: "Deploy",
    });
    for (const path of ["/silences", `/silences/${silence.id}`]) {
      expect(textOf(await page(path), /<ul class="chips" aria-label="Matchers">.*?<\/ul>/s)).toBe(
        "integration = The oldest of allintegration =~ 0.*",
      );
    }
  });

  const selected = (html: string) =>
    textOf(/<select name="integrationId".*?<\/select>/s.exec(html)?.[0] ?? "", /<option[^>]* selected.*?<\/option>/s);

  it("among the choices of the delivery list that it filters", async () => {
    expect(selected(await page(`/deliveries?integrationId=${oldest.id}`))).toBe("The oldest of all");
  });

  it("among the choices of a subscription that has it", async () => {
    const { body: subscription } = await api<{ id: string }>("POST", "/v1/subscriptions", {
      name: "Pager",
      url: "https://pager.example/hook",
      teamId,
      filter: { integrationId: oldest.id },
    });
    expect(selected(await page(`/subscriptions/${subscription.id}`))).toBe("The oldest of all");
  });
});
