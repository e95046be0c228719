import { describe, expect, it } from "vitest";
import {
  alertsOf,
  api,
  createIntegration,
  deliveriesOf,
  deliverWithToken,
  flushed,
  type TestIntegration,
} from "../../support/worker.ts";

const MAPPING = {
  language: "paths",
  events: "jobs",
  action: [{ at: "result", words: { resolve: ["OK"], trigger: ["FAILED"] } }],
  alertKey: [{ parts: ["job", "host"] }],
  title: [{ text: "Backup {job} on {host}" }, { at: "job" }],
  severity: [{ at: "level" }, { is: "HIGH" }],
  metadata: { job: [{ at: "job" }] },
};

const BODY = {
  jobs: [
    { job: "nightly", host: "db-1", result: "FAILED" },
    { job: "weekly", host: "db-2", result: "OK" },
  ],
};

const SETTINGS = { provider: "custom", verification: { scheme: "token" } };

interface Saved {
  mapping: unknown;
  errors: { pointer: string; detail: string }[];
}

const patch = ({ id }: TestIntegration, mapping: unknown) => api<Saved>("PATCH", `/v1/integrations/${id}`, { mapping });

describe("a mapping in the language `paths`", () => {
  it("is stored as it was sent, and reads deliveries", async () => {
    const integration = await createIntegration({ ...SETTINGS, mapping: MAPPING });
    const { body } = await api<Saved>("GET", `/v1/integrations/${integration.id}`);
    expect(body.mapping).toEqual(MAPPING);
    expect((await deliverWithToken(integration, BODY)).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([
      { title: "Backup nightly on db-1", alertKey: '["nightly","db-1"]', severity: "HIGH", status: "OPEN" },
    ]);
    await deliverWithToken(integration, { jobs: [{ ...BODY.jobs[0], result: "OK" }] });
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED", metadata: { job: "nightly" } }]);
    const test = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect(test.body).toMatchObject({ statusCode: 202 });
  });

  it("replaces expressions, whose language is the default", async () => {
    const integration = await createIntegration({ ...SETTINGS, mapping: { title: "name" } });
    const { body } = await api<Saved>("GET", `/v1/integrations/${integration.id}`);
    expect(body.mapping).toEqual({ language: "jsonata", title: "name" });
    expect((await patch(integration, MAPPING)).body.mapping).toEqual(MAPPING);
    expect((await deliverWithToken(integration, BODY)).body.alerts).toMatchObject([{ outcome: "created" }, {}]);
    expect((await patch(integration, { language: "jsonata", title: "name" })).status).toBe(200);
    expect((await deliverWithToken(integration, { name: "x" })).status).toBe(202);
  });

  it("is tried on a body and on stored deliveries before it is saved", async () => {
    const integration = await createIntegration({ ...SETTINGS, mapping: { title: "jobs" } });
    const dryRun = await api("POST", `/v1/integrations/${integration.id}/dry-run`, {
      body: JSON.stringify(BODY),
      mapping: MAPPING,
    });
    expect(dryRun.body).toMatchObject({ events: [{ title: "Backup nightly on db-1" }, { action: "resolve" }] });
    expect((await deliverWithToken(integration, BODY)).status).toBe(400);
    await flushed(integration);
    const ids = (await deliveriesOf(integration)).map(({ id }) => id);
    const preview = await api("POST", "/v1/deliveries/replay/preview", { ids, mapping: MAPPING });
    expect(preview.body).toMatchObject({
      readable: 1,
      results: [{ events: [{ title: "Backup nightly on db-1" }, {}] }],
    });
  });

  it.each<[string, object, string]>([
    ["an invalid path", { title: [{ at: "a" }, { at: "a..b" }] }, "/mapping/title/1/at"],
    ["a text in place of a list", { title: "name" }, "/mapping/title"],
    ["an unknown field", { tittle: [] }, "/mapping/tittle"],
    ["an unknown severity", { severity: [{ is: "BAD" }] }, "/mapping/severity/0/is"],
    ["two places of a value", { url: [{ at: "a", text: "b" }] }, "/mapping/url/0/text"],
    ["an unknown language", { language: "jq" }, "/mapping/language"],
  ])("is a 400 that points to %s", async (_, fields, pointer) => {
    const wrong = { ...MAPPING, ...fields };
    const integration = await createIntegration({ ...SETTINGS, mapping: { title: "name" } });
    const replies = [
      await api<Saved>("POST", "/v1/integrations", { name: "x", ...SETTINGS, mapping: wrong }),
      await patch(integration, wrong),
      await api<Saved>("POST", `/v1/integrations/${integration.id}/dry-run`, { body: "{}", mapping: wrong }),
    ];
    for (const { status, body } of replies)
      expect([status, body.errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
  });
});
