/** `tocsin subscriptions` against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../../../test/support/service.ts";
import { type Endpoint, openEndpoint } from "./support/endpoint.ts";
import { newFolder, tocsin } from "./support/run.ts";
import { env, type Id, json, type List, service, UNKNOWN_ID } from "./support/shared-service.ts";

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await openEndpoint();
});
afterAll(() => endpoint.close());

describe("tocsin subscriptions", () => {
  it("create a subscription, test it, and list its attempts", async () => {
    const externalName = `hook-${crypto.randomUUID()}`;
    // Alerts of other tests do not match.
    const labels = { service: externalName };
    const settings = path.join(newFolder(), "settings.json");
    writeFileSync(settings, JSON.stringify({ filter: { labels } }));
    const create = [
      "subscriptions",
      "create",
      "--name",
      "Hook",
      "--endpoint",
      endpoint.url,
      "--external-name",
      externalName,
      "--settings",
      settings,
    ];
    const created = await tocsin([...create, "--severity", "critical,high"], { env });
    expect(created).toMatchObject({ exitCode: 0, stderr: "The secret is shown only once.\n" });
    expect(created.stdout).toMatch(/^Secret +whsec_\S+$/m);
    const id = /^Subscription +(\S+)$/m.exec(created.stdout)?.[1] ?? "";
    const again = await tocsin([...create, "--severity", "critical,high"], { env });
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("existed already") });

    const shown = await json<{ filter: object }>(["subscriptions", "show", id]);
    expect(shown).toEqual((await api(service, "GET", `/v1/subscriptions/${id}`)).body);
    expect(shown.filter).toEqual({ severity: ["CRITICAL", "HIGH"], labels });
    expect((await tocsin(["subscriptions", "list", "--all"], { env })).stdout).toContain(
      `${id}\tenabled\t0\t0\t\tHook\t`,
    );

    const before = endpoint.bodies.length;
    expect(await tocsin(["subscriptions", "test", id], { env })).toEqual({
      exitCode: 0,
      stdout: "Delivered: 204\n",
      stderr: "",
    });
    expect(endpoint.bodies).toHaveLength(before + 1);
    endpoint.status = 500;
    const failed = await tocsin(["subscriptions", "test", id], { env });
    endpoint.status = 204;
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^Failed: /) });
    const attempts = await json<List<Id & { outcome: string; statusCode: number }>>(["subscriptions", "attempts", id]);
    expect(attempts.data.map(({ outcome, statusCode }) => [outcome, statusCode])).toEqual([
      ["failed", 500],
      ["delivered", 204],
    ]);
    const { stdout } = await tocsin(["subscriptions", "attempts", id, "--outcome", "failed"], { env });
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout.split("\t").slice(2, 4)).toEqual(["failed", "500"]);
  });

  it("create a subscription with a preset and settings from a file", async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, "more.json"), '{"filter":{"labels":{"team":"db"}},"headers":{"x-from":"tocsin"}}');
    writeFileSync(path.join(folder, "key.txt"), "0123456789abcdef0123456789abcdef\n");
    const preset = ["--preset", "pagerduty", "--preset-key-file", "key.txt", "--settings", "more.json"];
    const created = await json<object>(
      ["subscriptions", "create", "--name", "Pager", "--endpoint", endpoint.url, ...preset, "--severity", "critical"],
      { cwd: folder },
    );
    expect(created).toMatchObject({
      preset: "pagerduty",
      filter: { labels: { team: "db" }, severity: ["CRITICAL"] },
    });
    expect(JSON.stringify(created)).not.toContain("0123456789abcdef0123456789abcdef");
  });

  it("exit with 2 for an unknown preset, and with 4 for an unknown subscription", async () => {
    const create = ["subscriptions", "create", "--name", "x", "--endpoint", endpoint.url, "--preset", "fax"];
    expect(await tocsin(create, { env })).toMatchObject({ exitCode: 2 });
    for (const command of ["show", "test", "attempts"])
      expect(await tocsin(["subscriptions", command, UNKNOWN_ID], { env })).toMatchObject({ exitCode: 4, stdout: "" });
  });
});
