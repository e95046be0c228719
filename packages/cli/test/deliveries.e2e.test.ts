/** `tocsin deliveries list` and `show` against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, flushed, send } from "../../../test/support/service.ts";
import { newFolder, tocsin } from "./support/run.ts";
import { env, type Id, json, type List, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

describe("tocsin deliveries list and show", () => {
  it("list the status of each delivery", async () => {
    const { demo, deliveries, alerts } = await withAlerts(1);
    await send(demo, { id: "alert-1", title: "Disk 1 is full", severity: "critical", labels: { disk: "1" } });
    await flushed(service, demo);
    const filter = ["--integration", demo.integrationId];
    const { data } = await json<List<{ status: string; duplicateOf: string }>>(["deliveries", "list", ...filter]);
    expect(data.map(({ status }) => status)).toEqual(["DUPLICATE", "ACCEPTED"]);
    const { stdout } = await tocsin(["deliveries", "list", ...filter, "--status", "accepted", "--alert", alerts[0]!], {
      env,
    });
    expect(stdout.split("\t").slice(0, 3)).toEqual([deliveries[0], "ACCEPTED", "202"]);
    const queried = await tocsin(["deliveries", "list", ...filter, "--query", "status:duplicate"], { env });
    expect(queried.stdout.split("\t")[1]).toBe("DUPLICATE");
    const exported = await tocsin(
      ["deliveries", "export", "--query", `integration:${demo.integrationId} status:accepted`],
      {
        env,
      },
    );
    expect(
      exported.stdout
        .trimEnd()
        .split("\n")
        .map((row) => (JSON.parse(row) as Id).id),
    ).toEqual(deliveries);
  });

  it("show the decision with its reason, the provider that would fit, and the original bytes", async () => {
    const { demo } = await withAlerts(0);
    const body = Buffer.from('{ "id": "é",\r\n\t"title":"Bytes", "ruleId": 1, "evalMatches": [] }\n');
    const folder = newFolder();
    writeFileSync(path.join(folder, "body.json"), body);
    const flags = ["--url", demo.ingestUrl, "--idempotency-key", "show-1"];
    const sent = await json<{ deliveryId: string }>(["send", "body.json", ...flags], {
      cwd: folder,
      env: { TOCSIN_SECRET: demo.secret },
    });
    await flushed(service, demo);
    const shown = await tocsin(["deliveries", "show", sent.deliveryId], { env });
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain("ACCEPTED, response 202");
    expect(shown.stdout).toContain("idempotency key show-1");
    expect(shown.stdout).toMatch(/Reason +accepted/i);
    expect(shown.stdout).toMatch(/Suggestion +This looks like a delivery of Grafana/);
    expect((await tocsin(["deliveries", "show", sent.deliveryId, "--payload"], { env })).stdout).toBe(body.toString());
    const { body: response } = await api(service, "GET", `/v1/deliveries/${sent.deliveryId}`);
    expect(await json(["deliveries", "show", sent.deliveryId])).toEqual(response);
  });

  it("exit with 4 for an unknown delivery, and print a problem document with --json", async () => {
    const { body: problem } = await api<{ detail: string }>(service, "GET", `/v1/deliveries/${UNKNOWN_ID}`);
    for (const flags of [[], ["--payload"]]) {
      const answer = await tocsin(["deliveries", "show", UNKNOWN_ID, ...flags], { env });
      expect(answer).toEqual({ exitCode: 4, stdout: "", stderr: `tocsin: ${problem.detail}\n` });
    }
    const { stderr } = await tocsin(["deliveries", "show", UNKNOWN_ID, "--json"], { env });
    expect(JSON.parse(stderr)).toMatchObject({
      type: "urn:tocsin:problem:not-found",
      status: 404,
      detail: problem.detail,
    });
  });

  it("exit with 1 for an invalid id, and name the field", async () => {
    const answer = await tocsin(["deliveries", "show", "odd"], { env });
    expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
    expect(answer.stderr).toMatch(/^tocsin: .*\(\/id: .*\)\n$/);
  });
});
