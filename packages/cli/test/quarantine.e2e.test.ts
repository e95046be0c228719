/** `tocsin quarantine` against a service, and against a small server that has quarantined rows. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examplesOf } from "./support/examples.ts";
import { bash, tocsin } from "./support/run.ts";
import { env as signedIn, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

const row = {
  row: 16,
  deliveryId: "01900000-0000-7000-8000-000000000001",
  alertIds: [],
  error: 'invalid input value for enum delivery_status: "NONSENSE"',
  bytes: 512,
  acceptedAt: "2026-10-01T12:00:00.000Z",
  quarantinedAt: "2026-10-01T12:00:01.000Z",
};
const detail = {
  ...row,
  delivery: { id: row.deliveryId },
  alerts: [],
  timeline: [],
  body: '{"id":1}',
  bodyEncoding: "utf-8",
};

const calls: string[] = [];
const server = createServer((request, response) => {
  const { method, url = "" } = request;
  calls.push(`${method} ${url.replace(/^.*\/quarantine/, "")}`);
  const body = method === "POST" ? { retried: 1 } : url.endsWith("/16") ? detail : { data: [row], nextCursor: null };
  if (method === "DELETE") response.writeHead(204).end();
  else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
});
let env: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  env = { TOCSIN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, TOCSIN_KEY: "key" };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("tocsin quarantine", () => {
  it("lists and shows rows", async () => {
    const list = await tocsin(["quarantine", "list", UNKNOWN_ID], { env });
    expect(list).toEqual({
      exitCode: 0,
      stdout: `16\t${row.quarantinedAt}\t512\t${row.deliveryId}\t${row.error}\n`,
      stderr: "",
    });
    const shown = await tocsin(["quarantine", "show", UNKNOWN_ID, "16"], { env });
    expect(shown.stdout).toContain(`Error          ${row.error}\n`);
    expect(shown.stdout).toContain('Body           {"id":1}\n');
    expect((await tocsin(["quarantine", "show", UNKNOWN_ID, "16", "--json"], { env })).stdout).toBe(
      `${JSON.stringify(detail)}\n`,
    );
  });

  it("retries and discards rows", async () => {
    calls.length = 0;
    expect((await tocsin(["quarantine", "retry", UNKNOWN_ID, "16"], { env })).stdout).toBe("Rows to write again: 1\n");
    expect(await tocsin(["quarantine", "discard", UNKNOWN_ID, "16", "32"], { env })).toEqual({
      exitCode: 0,
      stdout: "16\tdiscarded\n32\tdiscarded\n",
      stderr: "",
    });
    expect(calls).toEqual(["POST /retry", "DELETE /16", "DELETE /32"]);
  });

  it.each(examplesOf(/^tocsin quarantine /))("runs the example %s", async (example) => {
    const answer = await bash(example, { env: { ...env, INTEGRATION: UNKNOWN_ID } });
    expect(answer).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("reads an empty quarantine of the service, and exits with 4 for an unknown row", async () => {
    const { demo } = await withAlerts(0);
    const run = (...args: string[]) => tocsin(["quarantine", ...args], { env: signedIn });
    expect(await run("list", demo.integrationId)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await run("retry", demo.integrationId)).stdout).toBe("Rows to write again: 0\n");
    expect((await run("show", demo.integrationId, "16")).exitCode).toBe(4);
    expect((await run("discard", demo.integrationId, "16")).exitCode).toBe(4);
  });

  it("exits with 2 for a row that is no number", async () => {
    expect((await tocsin(["quarantine", "show", UNKNOWN_ID, "x"], { env })).exitCode).toBe(2);
  });
});
