import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";
import { Endpoint, newTeam, NOTHING } from "./endpoint.ts";

interface DryRun {
  messageId: string;
  type: string;
  request: { method: string; url: string; headers: Record<string, string>; body: string } | null;
  skipped: string | null;
  error: string | null;
}

const dryRun = (id: string, body: Record<string, unknown> = {}) =>
  api<DryRun>("POST", `/v1/subscriptions/${id}/dry-run`, body);

const bodyOf = ({ body }: { body: DryRun }) => JSON.parse(body.request?.body ?? "null") as Record<string, unknown>;

/** The newest timeline entry of a new alert. */
async function newEntry(settings: Record<string, unknown> = {}) {
  const integration = await createIntegration(settings);
  await deliver(integration, { id: "a", title: "Queue stuck" });
  await flushed(integration);
  const { body } = await api<{ data: { id: string; alert: { consoleUrl: string } }[] }>(
    "GET",
    `/v1/timeline?integrationId=${integration.id}`,
  );
  return body.data[0]!;
}

describe("A dry run of a subscription", () => {
  it("shows the request for a sample, and sends nothing", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe({ ...NOTHING, headers: { "X-Token": "token-of-the-endpoint" } });
    const reply = await dryRun(id);
    expect(reply.body).toMatchObject({ type: "alert.created", skipped: null, error: null });
    expect(reply.body.request).toMatchObject({ method: "POST", headers: { "x-token": "[redacted]" } });
    expect(bodyOf(reply)).toMatchObject({
      type: "alert.created",
      data: { alert: { title: "Disk almost full on db-1" } },
    });
    expect(bodyOf(await dryRun(id, { type: "RESOLVED" }))).toMatchObject({ type: "alert.resolved" });
    expect(await endpoint.received()).toEqual([]);
  });

  it("shows the request for a timeline entry, as it would be sent", async () => {
    const entry = await newEntry();
    const { id } = await new Endpoint().subscribe(NOTHING);
    const reply = await dryRun(id, { entryId: entry.id });
    expect(reply.body.messageId).toBe(entry.id);
    expect(bodyOf(reply).data).toEqual(entry);
  });

  it("tries a preset and an expression that are not saved", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    expect(bodyOf(await dryRun(id, { preset: "slack" })).text).toContain("Disk almost full");
    expect(bodyOf(await dryRun(id, { expression: '{ "line": data.alert.title }' }))).toEqual({
      line: "Disk almost full on db-1",
    });
    expect((await api<{ preset: null }>("GET", `/v1/subscriptions/${id}`)).body).toMatchObject({
      preset: null,
      expression: null,
    });
  });

  it("shows why an expression fails, and why a preset sends nothing", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    expect((await dryRun(id, { expression: "data.missing" })).body).toMatchObject({
      request: null,
      error: "the expression returns no JSON value",
    });
    expect((await dryRun(id, { preset: "pagerduty", type: "NOTED" })).body).toMatchObject({
      request: null,
      skipped: expect.stringContaining("PagerDuty"),
    });
  });

  it("masks the key in the body", async () => {
    const presetKey = "0123456789abcdef0123456789abcdef";
    const { id } = await new Endpoint().subscribe({ ...NOTHING, preset: "pagerduty", presetKey });
    expect(bodyOf(await dryRun(id)).routing_key).toBe("*".repeat(32));
  });

  it("rejects an invalid expression, an entry with a type, and an entry of another team", async () => {
    const { id } = await new Endpoint().subscribe({ ...NOTHING, teamId: await newTeam() });
    const { id: entryId } = await newEntry({ teamId: await newTeam() });
    expect((await dryRun(id, { expression: "(" })).status).toBe(400);
    expect((await dryRun(id, { entryId, type: "CREATED" })).status).toBe(400);
    expect((await dryRun(id, { entryId })).status).toBe(404);
  });
});
