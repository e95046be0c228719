/** `tocsin alerts tail` against a service. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../../scripts/lib/postgres.ts";
import { flushed, send } from "../../../test/support/service.ts";
import { type Gate, openGate } from "./support/gate.ts";
import { hasTerminals, onTerminal, startTocsin, tocsin, until } from "./support/run.ts";
import { env, service, withAlerts } from "./support/shared-service.ts";

let gate: Gate | undefined;

afterEach(async () => {
  await gate?.close();
  gate = undefined;
});

describe("tocsin alerts tail", () => {
  it("prints entries, reconnects at the cursor after a lost connection, and exits with 130 on Ctrl-C", async () => {
    const { demo } = await withAlerts(0);
    gate = await openGate(service.url);
    const proxy = gate;
    const connection = (at: number) => proxy.requests.filter(({ path: route }) => route === "/v1/timeline/stream")[at];
    const tail = startTocsin(["alerts", "tail", "--json", "--query", `integration:${demo.integrationId}`], {
      env: { ...env, TOCSIN_URL: gate.url },
    });
    const printed = () =>
      tail
        .stdout()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; alert: { title: string } });
    await until(() => (connection(0)?.bytes ?? 0) > 20);
    await send(demo, { id: "1", title: "First", severity: "high" });
    await until(() => printed().length === 1);

    // Hold requests until there is an entry that the first connection did not send.
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    gate.onRequest = async (): Promise<"forward"> => {
      await opened;
      return "forward";
    };
    gate.cut();
    await send(demo, { id: "2", title: "Second", severity: "high" });
    await flushed(service, demo);
    open();
    await until(() => printed().length === 2);
    expect(printed().map(({ alert }) => alert.title)).toEqual(["First", "Second"]);
    expect(connection(0)?.headers["last-event-id"]).toBeUndefined();
    expect(connection(1)?.headers["last-event-id"]).toMatch(/^\d+\.\d+\./);

    tail.child.kill("SIGINT");
    expect(await tail.ended).toMatchObject({ exitCode: 130, stderr: "" });
  });

  it.skipIf(!hasTerminals)(
    "prints one line per entry that fits the terminal, and exits with 130 on Ctrl-C there",
    async () => {
      const { demo } = await withAlerts(0);
      gate = await openGate(service.url);
      const proxy = gate;
      const tail = onTerminal(`tocsin alerts tail --no-color --integration ${demo.integrationId}`, {
        env: { ...env, TOCSIN_URL: gate.url },
      });
      await until(() => (proxy.requests[0]?.bytes ?? 0) > 20);
      await send(demo, {
        id: "1",
        title: "A title that is far too long for the terminal that it is shown on",
        severity: "high",
      });
      await until(() => tail.screen().includes("\n"));
      tail.type("\u0003");
      const { exitCode, screen } = await tail.ended;
      expect({ exitCode, screen }).toMatchObject({ exitCode: 130 });
      expect(screen).toMatch(/^\d\d:\d\d:\d\d {2}\w+ +HIGH +OPEN +[0-9a-f-]{36} {2}A title/);
    },
  );

  it("fails if the first connection fails", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { exitCode, stderr } = await tocsin(["alerts", "tail"], { env: { ...env, TOCSIN_URL: url } });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: `tocsin: Cannot reach ${url}: connection refused.\n`,
    });
  });

  it("reconnects at an id that was sent without an entry, and reports an expired cursor", async () => {
    const cursors: (string | undefined)[] = [];
    const alert = { id: "a1", title: "Disk full", severity: "HIGH", status: "OPEN" };
    const entry = JSON.stringify({ recordedAt: "2026-10-01T12:00:00.000Z", type: "CREATED", alert });
    const server = createServer((request, response) => {
      cursors.push(request.headers["last-event-id"]?.toString());
      response.writeHead(200, { "content-type": "text/event-stream" });
      if (cursors.length === 1) {
        response.end("retry: 10\r\n\r\nid: 7.a\r\n\r\n");
        return;
      }
      response.write(`event: reset\ndata: {}\nid: 9.a\n\nevent: entry\nda`);
      response.write(`ta: ${entry}\nid: 9.b\n\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tail = startTocsin(["alerts", "tail"], { env: { ...env, TOCSIN_URL: url } });
    await until(() => tail.stdout().includes("\n"));
    tail.child.kill("SIGINT");
    expect(await tail.ended).toEqual({
      exitCode: 130,
      stdout: "2026-10-01T12:00:00.000Z\tCREATED\tHIGH\tOPEN\ta1\tDisk full\n",
      stderr: "The cursor expired. Entries may be missing here.\n",
    });
    expect(cursors).toEqual([undefined, "7.a"]);
    server.closeAllConnections();
    server.close();
  });
});
