import { beforeAll, describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../../../src/lib/time.ts";
import { createSignedInUser, createTeam, ORIGIN, setRole } from "../../../api/users/fixtures.ts";
import { api, call, createIntegration, deliver, flushed } from "../../../support/worker.ts";

interface Silence {
  id: string;
  state: string;
  endsAt: string;
  startsAt: string;
  comment: string;
  matchers: object[];
}

const later = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** A service that no other test has, with an alert of it. */
const service = crypto.randomUUID();
let cookie: string;
let alertId: string;

beforeAll(async () => {
  ({ cookie } = await createSignedInUser({ isPlatformAdmin: true, name: "Dana Reyes" }));
  const integration = await createIntegration();
  const { body } = await deliver(integration, { title: "disk full", labels: { service, instance: "db-1" } });
  alertId = body.alerts[0]?.id ?? "";
  await flushed(integration);
});

const get = (path: string, as = cookie) => call<string>("GET", path, { headers: { cookie: as }, redirect: "manual" });
const post = (path: string, form: Record<string, string>, as = cookie) =>
  call<string>("POST", path, {
    headers: { cookie: as, origin: ORIGIN },
    body: new URLSearchParams(form),
    redirect: "manual",
  });
const silence = async (path: string) => (await api<Silence>("GET", `/v1${path}`)).body;

describe("/silences/new", () => {
  it("begins with the labels of an alert that similar alerts share, and shows what matches", async () => {
    const { status, body } = await get(`/silences/new?alert=${alertId}`);
    expect(status).toBe(200);
    expect(body).toContain(`service=&quot;${service}&quot;</textarea>`);
    expect(body).toContain("1 unresolved alert<");
    expect(body).toContain(`href="/alerts/${alertId}"`);
  });

  it("creates a silence that its alert links to, which can be extended, edited and expired", async () => {
    const { status, headers } = await post("/silences/new", {
      matchers: `service=${service}\n\nenv!=prod`,
      duration: "240",
      comment: "Deploy of checkout",
    });
    expect(status).toBe(303);
    const path = (headers.get("location") ?? "").replace(/\?.*/, "");
    const created = await silence(path);
    expect(created).toMatchObject({
      state: "active",
      comment: "Deploy of checkout",
      matchers: [
        { name: "service", value: service },
        { name: "env", isEqual: false },
      ],
    });
    // The API begins a moment after the page.
    expect(Math.round((Date.parse(created.endsAt) - Date.parse(created.startsAt)) / MINUTE)).toBe(240);

    const list = await get("/silences");
    const row = list.body.slice(list.body.indexOf(`id="silence-${created.id}"`)).split("</li></ol>")[0] ?? "";
    // With many alerts in the database, not all of them are evaluated.
    expect(row).toMatch(/mutes (at least )?1 alert</);
    expect(row).toContain("by Dana Reyes");
    const alert = await get(`/alerts/${alertId}`);
    expect(alert.body).toContain(`href="${path}"`);
    expect(alert.body).toContain("Deploy of checkout");

    expect((await post(`${path}/extend`, { minutes: "60" })).status).toBe(303);
    const extended = await silence(path);
    expect(Date.parse(extended.endsAt) - Date.parse(created.endsAt)).toBe(HOUR);

    const edited = { matchers: `service="${service}"`, comment: "Longer deploy", endsAt: extended.endsAt.slice(0, 16) };
    expect((await post(path, { ...edited, etag: '"2"' })).status).toBe(303);
    // A time that was not edited keeps its seconds.
    expect(await silence(path)).toMatchObject({ comment: "Longer deploy", endsAt: extended.endsAt });

    const outdated = await post(path, { ...edited, comment: "Of another person", etag: '"2"' });
    expect(outdated.status).toBe(409);
    expect(outdated.body).toContain('value="Of another person"');

    expect((await post(`${path}/expire`, { back: "list" })).headers.get("location")).toBe(
      "/silences?flash=silence-expired",
    );
    expect((await silence(path)).state).toBe("expired");
    const expired = await get(path);
    expect(expired.body).toContain(`/silences/new?silence=${created.id}`);
    expect((await get(`/silences/new?silence=${created.id}`)).body).toContain("Longer deploy");
  });

  it.each([
    ["a line that is no matcher", { matchers: "service=a\ncheckout" }, "Line 2: bad matcher"],
    ["no matcher", { matchers: " \n" }, "Enter at least one matcher."],
    ["a regular expression that Postgres reads otherwise", { matchers: 'a=~"\\\\p{Greek}"' }, "regular expression"],
    ["matchers of every alert", { matchers: 'a=""' }, "at least one matcher must not match an empty label"],
    ["an end in the past", { matchers: "a=b", endsAt: "2020-01-01T00:00" }, "not in the future"],
    ["an end that is no time", { matchers: "a=b", endsAt: "tomorrow" }, "Ends|Or until"],
  ])("shows %s beside its field and keeps the values", async (_name, fields, error) => {
    const { status, body } = await post("/silences/new", { duration: "60", comment: "Why <b>", ...fields });
    expect(status).toBe(400);
    expect(body).toContain('value="Why &lt;b&gt;"');
    const wrong = body.slice(body.indexOf('<div class="field wrong">')).split("</div>")[0] ?? "";
    expect(wrong).toMatch(new RegExp(error.replaceAll(".", String.raw`\.`)));
  });

  it("previews without a comment, and creates nothing", async () => {
    const { status, body } = await post("/silences/new", { matchers: `service="${service}"`, operation: "preview" });
    expect(status).toBe(200);
    expect(body).toContain(`href="/alerts/${alertId}"`);
  });
});

describe("an export", () => {
  it("has all silences of the tab, as CSV and as NDJSON", async () => {
    const comment = `=cmd("${crypto.randomUUID()}")`;
    const body = { matchers: [{ name: "service", value: "exported" }], endsAt: later(HOUR), comment };
    const { id } = (await api<Silence>("POST", "/v1/silences", body)).body;
    const csv = await get("/silences/export?state=active&format=csv");
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="silences.csv"');
    expect(csv.body.split("\r\n")[0]).toMatch(/^id,state,matchers,comment,/);
    expect(csv.body).toContain(`"'${comment.replaceAll('"', '""')}"`);
    const lines = (await get("/silences/export?state=active&format=ndjson")).body.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Silence).id)).toContain(id);
    expect((await get("/silences/export?state=expired")).body).not.toContain(id);
    const audit = await get("/settings/audit/export?format=csv&action=silence.create");
    expect(audit.body).toContain(id);
    expect(audit.body).not.toContain("silence.update");
  });
});

describe("a user who may only read", () => {
  it("sees silences, and no way to change them", async () => {
    const team = await createTeam();
    const viewer = await createSignedInUser();
    await setRole(team, viewer.id, "OBSERVER");
    const { body } = await api<Silence>("POST", "/v1/silences", {
      teamId: team,
      matchers: [{ name: "service", value: "x" }],
      endsAt: later(HOUR),
      comment: "Of the team",
    });
    const list = await get("/silences", viewer.cookie);
    expect(list.body).toContain("Of the team");
    expect(list.body).not.toContain("/extend");
    expect((await get(`/silences/${body.id}`, viewer.cookie)).body).not.toContain(
      '<form method="post" action="/silences',
    );
    expect((await get("/silences/new", viewer.cookie)).status).toBe(403);
    expect((await post(`/silences/${body.id}/expire`, {}, viewer.cookie)).status).toBe(403);
  });
});
