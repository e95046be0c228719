import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";
import {
  api,
  atATime,
  createIntegration,
  listAll,
  newStateDirectory,
  npmStart,
  send,
  type Service,
  startService,
} from "../support/service.ts";
import { sharedService } from "../support/shared-service.ts";

interface Alert {
  id: string;
  status: string;
  title: string;
}

interface Delivery {
  id: string;
  status: string;
  alertId: string;
}

/** A command that the service printed: the line with this beginning, and its continuation lines. */
function printedCommand(output: string, beginning: string): string {
  const lines = output.split("\n");
  const first = lines.findIndex((line) => line.trim().startsWith(beginning));
  const length = lines.slice(first).findIndex((line) => !line.endsWith("\\")) + 1;
  return lines.slice(first, first + length).join("\n");
}

const paste = (command: string): unknown => JSON.parse(execFileSync("bash", ["-c", command], { encoding: "utf8" }));

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(["the embedded database", "a real Postgres"])("npm start with %s", (kind) => {
  let service: Service;
  let env: Record<string, string>;
  beforeAll(async () => {
    env = kind === "a real Postgres" ? { DATABASE_URL: postgres.url } : {};
    service = await startService(env);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(service.stateDirectory, { recursive: true });
  });

  it("prints commands that work when pasted", async () => {
    const sent = paste(printedCommand(service.output(), `curl -sS ${service.url}/in/`)) as {
      alerts: { id: string; outcome: string }[];
    };
    expect(sent.alerts).toMatchObject([{ outcome: "created" }]);
    await listAll(service, "alerts", service.demo);
    const seen = paste(printedCommand(service.output(), `curl -sS ${service.url}/v1/alerts`)) as { data: Alert[] };
    expect(seen.data).toMatchObject([{ id: sent.alerts[0]?.id, title: "Disk almost full on db-1" }]);
    expect(service.output()).toContain(service.rootApiKey);
  });

  it("accepts one of 1,000 identical deliveries, and points the 999 duplicates to its alert", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const replies = await atATime(100, Array.from({ length: 1000 }), () =>
      send(demo, { title: "storm", severity: "critical" }),
    );
    const statuses = Map.groupBy(replies, (reply) => reply.status);
    expect([statuses.get(202)?.length, statuses.get(200)?.length]).toEqual([1, 999]);
    const [alert, ...others] = await listAll<Alert>(service, "alerts", demo);
    const deliveries = await listAll<Delivery>(service, "deliveries", demo);
    expect(others).toEqual([]);
    expect(new Set(deliveries.map((delivery) => delivery.id))).toEqual(
      new Set(replies.map((reply) => reply.body.deliveryId)),
    );
    expect(deliveries).toHaveLength(1000);
    expect(new Set(deliveries.map((delivery) => delivery.alertId))).toEqual(new Set([alert?.id]));
  });

  it("opens 1,000 alerts for 1,000 distinct deliveries", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const replies = await atATime(100, numbers, (number) => send(demo, { title: `alert ${number}` }));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([202]));
    expect((await listAll<Alert>(service, "alerts", demo)).map((alert) => alert.title).toSorted()).toEqual(
      numbers.map((number) => `alert ${number}`).toSorted(),
    );
  });

  it("answers 413 to bodies of many megabytes, with or without Content-Length, and keeps running", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const megabytes = new Uint8Array(20 * 1024 * 1024);
    const parts = () =>
      new ReadableStream({
        start(controller) {
          for (let part = 0; part < 20; part++) controller.enqueue(megabytes.subarray(0, 1024 * 1024));
          controller.close();
        },
      });
    for (const body of [megabytes, parts()]) {
      const response = await fetch(demo.ingestUrl, { method: "POST", body, duplex: "half" } as RequestInit);
      expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
        413,
        "urn:tocsin:problem:too-large",
      ]);
    }
    expect((await send(demo, { title: "x" })).status).toBe(202);
    expect((await listAll<Delivery>(service, "deliveries", demo)).map((delivery) => delivery.status)).toEqual([
      "ACCEPTED",
      "REJECTED",
      "REJECTED",
    ]);
  });

  it("opens two alerts for trigger, resolve, trigger", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    for (const status of ["firing", "resolved", "firing"]) await send(demo, { id: "db-1", title: "down", status });
    expect((await listAll<Alert>(service, "alerts", demo)).map((alert) => alert.status)).toEqual(["OPEN", "RESOLVED"]);
  });

  it("loses nothing when it is killed under load, and keeps its demo integration and key", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const accepted: string[] = [];
    const load = atATime(
      20,
      Array.from({ length: 2000 }, (_, i) => i),
      async (number) => {
        const reply = await send(demo, { title: `alert ${number}` }).catch(() => null);
        if (reply?.status === 202) accepted.push(reply.body.deliveryId);
        if (accepted.length === 300) await service.kill();
      },
    );
    await load;
    const before = service;
    service = await startService(env, before.stateDirectory);
    expect([service.rootApiKey, service.demo.integrationId, service.demo.secret]).toEqual([
      before.rootApiKey,
      before.demo.integrationId,
      before.demo.secret,
    ]);
    const moved = { ...demo, ingestUrl: service.url };
    const stored = (await listAll<Delivery>(service, "deliveries", moved)).map((delivery) => delivery.id);
    expect(new Set(stored).size).toBe(stored.length);
    expect(accepted.filter((id) => !stored.includes(id))).toEqual([]);
    expect(await listAll(service, "alerts", moved)).toHaveLength(stored.length);
  });

  it("writes files that only their owner can read: secrets, databases and objects", () => {
    const entries = readdirSync(service.stateDirectory, { recursive: true, encoding: "utf8" });
    const modes = ["", ...entries].map((entry) => [entry, statSync(path.join(service.stateDirectory, entry))] as const);
    expect(modes.filter(([, { mode }]) => (mode & 0o077) !== 0).map(([entry]) => entry)).toEqual([]);
    expect(entries).toEqual(expect.arrayContaining(["dev.json", "secrets.json", expect.stringMatching(/\.sqlite$/)]));
    expect(JSON.parse(readFileSync(path.join(service.stateDirectory, "dev.json"), "utf8"))).toEqual({
      url: service.url,
      rootApiKey: service.rootApiKey,
      demo: service.demo,
    });
  });

  it.each(["ctrl-c", "kill npm"] as const)("ends all its processes on %s", async (how) => {
    expect(service.processes().length).toBeGreaterThan(3);
    // Waits until every process has ended.
    await service.stop(how);
    service = await startService(env, service.stateDirectory);
    expect((await api(service, "GET", "/v1/alerts")).status).toBe(200);
  });
});

describe("npm run secrets:rotate-key", () => {
  it("re-encrypts secrets, so that deliveries are accepted without the old key", async () => {
    const stateDirectory = newStateDirectory();
    const file = path.join(stateDirectory, "secrets.json");
    const newKey = `new:${Buffer.alloc(32, 9).toString("base64")}`;
    const setKeys = (keys: (old: string) => string) => {
      const secrets = JSON.parse(readFileSync(file, "utf8")) as { encryptionKeys: string };
      writeFileSync(file, JSON.stringify({ ...secrets, encryptionKeys: keys(secrets.encryptionKeys) }));
    };
    let service = await startService({}, stateDirectory);
    const { demo } = service;
    await service.stop();

    setKeys((old) => `${newKey},${old}`);
    service = await startService({}, stateDirectory);
    const rotate = () =>
      execFileSync("npm", ["run", "-s", "secrets:rotate-key"], {
        env: { ...process.env, TOCSIN_DIR: stateDirectory },
        encoding: "utf8",
      });
    expect(rotate()).toMatch(
      /^Re-encrypted the secrets of 1 integrations with key "new".*Older keys are no longer needed/s,
    );
    expect(rotate()).toMatch(/^Re-encrypted the secrets of 0 integrations/);
    await service.stop();

    setKeys(() => newKey);
    service = await startService({}, stateDirectory);
    expect((await send({ ...demo, ingestUrl: service.demo.ingestUrl }, { title: "after" })).status).toBe(202);
    await service.stop();
    rmSync(stateDirectory, { recursive: true });
  });
});

describe("npm start fails with one line", () => {
  const lastLine = (output: string) => output.trim().split("\n").at(-1);

  it("when the port is in use", async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const { output, ended } = npmStart({ PORT: String(port), TOCSIN_DIR: newStateDirectory() });
    expect(await ended).not.toBe(0);
    expect(lastLine(output())).toContain(`Port ${port} is in use`);
    server.close();
  });

  it.each([
    ["postgresql://me:hunter2@127.0.0.1:1/x", "DATABASE_URL: cannot connect to 127.0.0.1:1/x"],
    ["not a url", "DATABASE_URL must begin with"],
  ])("when DATABASE_URL is %s", async (DATABASE_URL, reason) => {
    const { output, ended } = npmStart({
      PORT: String(await freePort()),
      TOCSIN_DIR: newStateDirectory(),
      DATABASE_URL,
    });
    expect(await ended).not.toBe(0);
    expect(lastLine(output())).toContain(reason);
    expect(output()).not.toContain("hunter2");
  });

  it("when another process uses the state folder", async () => {
    const { stateDirectory } = await sharedService();
    const { output, ended } = npmStart({ PORT: String(await freePort()), TOCSIN_DIR: stateDirectory });
    expect(await ended).not.toBe(0);
    expect(lastLine(output())).toContain("is in use by another process");
  });
});
