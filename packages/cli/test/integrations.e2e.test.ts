/** `tocsin integrations` against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, createIntegration, send } from "../../../test/support/service.ts";
import { newFolder, tocsin } from "./support/run.ts";
import { env, type Id, json, service } from "./support/shared-service.ts";

describe("tocsin integrations", () => {
  it("create an integration whose printed URL and secret work", async () => {
    const { exitCode, stdout } = await tocsin(
      [
        "integrations",
        "create",
        "--name",
        "Queues",
        "--provider",
        "alertmanager",
        "--dedup-window",
        "1h",
        "--auto-resolve",
        "2d",
      ],
      { env },
    );
    expect(exitCode).toBe(0);
    const id = /^Integration +(\S+)$/m.exec(stdout)?.[1];
    const ingestUrl = /^Ingest URL +(\S+)$/m.exec(stdout)?.[1];
    const secret = /^Secret +(\S+)$/m.exec(stdout)?.[1];
    expect(stdout).toContain("receivers");
    const { body } = await api(service, "GET", `/v1/integrations/${id}`);
    expect(body).toMatchObject({ name: "Queues", ingestUrl, deduplicationWindowMinutes: 60, autoResolveMinutes: 2880 });
    const alert = JSON.stringify({
      version: "4",
      alerts: [
        { status: "firing", labels: { alertname: "Full" }, fingerprint: "f1", startsAt: "2026-10-01T12:00:00Z" },
      ],
    });
    const sent = await tocsin(["send", "--url", ingestUrl!, "--scheme", "token"], {
      input: alert,
      env: { TOCSIN_SECRET: secret! },
    });
    expect(sent).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^202 accepted: delivery .*\nAlert .*: created\n$/),
    });
    expect((await tocsin(["integrations", "list", "--all"], { env })).stdout).toContain(`${id}\talertmanager\t`);
  });

  it("create an integration with a team, settings from a file and a secret from another", async () => {
    const { body: team } = await api<Id>(service, "POST", "/v1/teams", { name: `Team ${crypto.randomUUID()}` });
    const folder = newFolder();
    writeFileSync(
      path.join(folder, "more.json"),
      '{"verification":{"scheme":"token"},"idempotencyHeader":"x-delivery"}',
    );
    writeFileSync(path.join(folder, "secret.txt"), "made-by-the-source\n");
    const words = [
      "integrations",
      "create",
      "--name",
      "Own",
      "--provider",
      "generic",
      "--team",
      team.id,
      "--settings",
      "more.json",
    ];
    const made = await json([...words, "--secret-file", "secret.txt"], { cwd: folder });
    expect(made).toMatchObject({
      teamId: team.id,
      secret: "made-by-the-source",
      idempotencyHeader: "x-delivery",
      verification: { scheme: "token" },
    });
  });

  it("create an integration with a location, and sync all integrations page by page", async () => {
    const words = ["integrations", "create", "--name", "x", "--provider", "generic"];
    for (let count = 0; count < 101; count++)
      await api(service, "POST", "/v1/integrations", { name: "x", provider: "generic" });
    expect(await json([...words, "--location", "weur"])).toMatchObject({ location: "weur" });
    const { synced, failed } = await json<{ synced: number; failed: string[] }>(["integrations", "sync"]);
    expect(synced).toBeGreaterThan(101);
    expect(failed).toEqual([]);
  });

  it("exit with 1 if the service rejects the request, and name the field", async () => {
    const words = ["integrations", "create", "--name", "x", "--provider", "nonesuch"];
    const answer = await tocsin(words, { env });
    expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
    expect(answer.stderr).toMatch(/^tocsin: .*\(\/provider: .+\)\n$/);
    const problem = JSON.parse((await tocsin([...words, "--json"], { env })).stderr) as { errors: unknown };
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/provider" }] });
  });

  it("rotate a secret, and keep the old one valid for the overlap", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const both = await tocsin(["integrations", "rotate", demo.integrationId, "--overlap", "2h"], { env });
    expect(both.stdout).toMatch(/^Secret {7}\S+\nOld secret {3}valid until .*Z\n$/);
    expect((await send(demo, { id: "1", title: "Old secret" })).status).toBe(202);
    const { secret } = await json<{ secret: string }>(["integrations", "rotate", demo.integrationId, "--overlap", "0"]);
    expect((await send(demo, { id: "2", title: "Old secret" })).status).toBe(401);
    expect((await send({ ...demo, secret }, { id: "3", title: "New secret" })).status).toBe(202);
  });

  it("send the test delivery of the provider", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const { exitCode, stdout } = await tocsin(["integrations", "test", demo.integrationId], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Accepted: 202, delivery /);
    expect(await json(["integrations", "test", demo.integrationId])).toMatchObject({ statusCode: 200 });
    expect((await tocsin(["integrations", "test", crypto.randomUUID()], { env })).exitCode).toBe(4);
  });
});
