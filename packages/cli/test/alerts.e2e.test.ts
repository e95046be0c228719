/** `tocsin alerts list`, `ack` and `resolve` against a service. */
import { describe, expect, it } from "vitest";
import { api, flushed, send } from "../../../test/support/service.ts";
import { bash, hasTerminals, onTerminal, tocsin } from "./support/run.ts";
import { env, type Id, json, type List, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

describe("tocsin alerts list", () => {
  it("prints exactly the response of the API with --json", async () => {
    const { demo, alerts } = await withAlerts(3);
    const answer = await tocsin(["alerts", "list", "--integration", demo.integrationId, "--json"], { env });
    const { body } = await api(service, "GET", `/v1/alerts?integrationId=${demo.integrationId}`);
    expect(answer).toEqual({ exitCode: 0, stdout: `${JSON.stringify(body)}\n`, stderr: "" });
    expect((JSON.parse(answer.stdout) as List<Id>).data.map(({ id }) => id)).toEqual(alerts.toReversed());
  });

  it("passes the filters to the API", async () => {
    const { demo, alerts } = await withAlerts(3);
    const ids = async (...filters: string[]) => {
      const { data } = await json<List<Id>>(["alerts", "list", "--integration", demo.integrationId, ...filters]);
      return data.map(({ id }) => id);
    };
    expect(await ids("--severity", "critical")).toEqual([alerts[0]]);
    expect(await ids("--severity", "critical,low", "--status", "open")).toHaveLength(3);
    expect(await ids("--label", "disk=2")).toEqual([alerts[1]]);
    expect(await ids("--q", "Disk 3")).toEqual([alerts[2]]);
    expect(await ids("--since", "1h")).toHaveLength(3);
    expect(await ids("--until", "1h")).toEqual([]);
    expect(await ids("--status", "resolved")).toEqual([]);
    expect(await ids("--team", crypto.randomUUID())).toEqual([]);
  });

  it("prints one page and the next cursor, or with --all all pages as one", async () => {
    const { demo, alerts } = await withAlerts(3);
    const list = ["alerts", "list", "--integration", demo.integrationId];
    const page = await tocsin([...list, "--limit", "2"], { env });
    expect(page.stdout.trimEnd().split("\n")).toHaveLength(2);
    const cursor = /--cursor (\S+)/.exec(page.stderr)?.[1];
    expect((await json<List<Id>>([...list, "--cursor", cursor!])).data.map(({ id }) => id)).toEqual([alerts[0]]);
    const all = await json<List<Id>>([...list, "--all", "--limit", "2"]);
    expect(all.data.map(({ id }) => id)).toEqual(alerts.toReversed());
    expect(all.nextCursor).toBeNull();
  });

  it.skipIf(!hasTerminals)("prints tab-separated values into a pipe, and a table that fits on a terminal", async () => {
    const { demo, alerts } = await withAlerts(1);
    const long = `${"Very long message of the queue ".repeat(8)}\u001B[2J`;
    await send(demo, { id: "long", title: long, severity: "high", host: "queue-1" });
    await flushed(service, demo);
    const piped = await tocsin(["alerts", "list", "--integration", demo.integrationId], { env });
    const rows = piped.stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map((row) => row.length)).toEqual([8, 8]);
    expect(rows[1]).toEqual([
      alerts[0],
      "CRITICAL",
      "OPEN",
      expect.stringMatching(/Z$/),
      "1",
      "",
      "",
      "Disk 1 is full",
    ]);
    expect(rows[0]![7]).toBe(long.replace("\u001B[2J", ""));

    const { exitCode, screen } = await onTerminal(`tocsin alerts list --no-color --integration ${demo.integrationId}`, {
      env,
    }).ended;
    const shown = screen.replaceAll("\r", "").trimEnd().split("\n");
    expect(exitCode).toBe(0);
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatch(/^ID +SEVERITY +STATUS +AGE/);
    expect(shown[1]).toMatch(/…$/);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.skipIf(!hasTerminals)("prints colors on a terminal only, unless they are turned off", async () => {
    const { demo } = await withAlerts(1);
    const line = `tocsin alerts list --integration ${demo.integrationId}`;
    expect((await onTerminal(line, { env }).ended).screen).toContain("\u001B[31mCRITICAL");
    expect((await onTerminal(line, { env: { ...env, NO_COLOR: "1" } }).ended).screen).not.toContain("\u001B");
    expect((await onTerminal(`${line} --no-color`, { env }).ended).screen).not.toContain("\u001B");
    expect((await tocsin(line.split(" ").slice(1), { env })).stdout).not.toContain("\u001B");
  });

  it("succeeds when its reader closes the pipe", async () => {
    const { demo, alerts } = await withAlerts(2);
    const line = `tocsin alerts list --integration ${demo.integrationId} | head -n 1 | cut -f1`;
    expect(await bash(line, { env })).toEqual({ exitCode: 0, stdout: `${alerts[1]}\n`, stderr: "" });
  });
});

describe("tocsin alerts list, of acknowledged alerts", () => {
  it("names the owner", async () => {
    const { demo, alerts } = await withAlerts(1);
    await tocsin(["alerts", "ack", ...alerts], { env });
    const { stdout } = await tocsin(["alerts", "list", "--integration", demo.integrationId], { env });
    expect(stdout.split("\t").slice(5, 6)).toEqual(["key root"]);
  });
});

describe("tocsin alerts ack and resolve", () => {
  it("change several alerts at once, with a note in their timeline", async () => {
    const { alerts } = await withAlerts(2);
    const { exitCode, stdout } = await tocsin(["alerts", "ack", ...alerts, "--note", "Looking into it."], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(alerts.map((id) => `${id}\tACKNOWLEDGED\tchanged\n`).join(""));
    const { body } = await api<List<{ type: string; note: string }>>(
      service,
      "GET",
      `/v1/alerts/${alerts[0]}/timeline`,
    );
    expect(body.data).toContainEqual(expect.objectContaining({ type: "ACKNOWLEDGED", note: "Looking into it." }));

    const resolved = await json<{ changed: number }>(["alerts", "resolve", ...alerts]);
    expect(resolved).toMatchObject({
      changed: 2,
      isComplete: true,
      results: [{ id: alerts[0], status: "RESOLVED" }, { id: alerts[1] }],
    });
  });

  it("succeed for an alert that has the status, and fail for an illegal change", async () => {
    const { alerts } = await withAlerts(2);
    await tocsin(["alerts", "resolve", alerts[0]!], { env });
    expect(await tocsin(["alerts", "resolve", alerts[0]!], { env })).toEqual({
      exitCode: 0,
      stdout: `${alerts[0]}\tRESOLVED\talready resolved\n`,
      stderr: "",
    });
    expect(await tocsin(["alerts", "resolve", alerts[0]!, "--note", "For good."], { env })).toMatchObject({
      exitCode: 0,
      stdout: `${alerts[0]}\tRESOLVED\talready resolved, note added\n`,
    });
    const mixed = await tocsin(["alerts", "ack", ...alerts], { env });
    expect(mixed).toMatchObject({ exitCode: 1, stdout: `${alerts[1]}\tACKNOWLEDGED\tchanged\n` });
    expect(mixed.stderr).toMatch(new RegExp(`^tocsin: ${alerts[0]}: .*RESOLVED.*\n$`));
  });

  it("exit with 4 for an unknown alert", async () => {
    const answer = await tocsin(["alerts", "ack", UNKNOWN_ID], { env });
    expect(answer).toEqual({
      exitCode: 4,
      stdout: "",
      stderr: `tocsin: ${UNKNOWN_ID}: Unknown alert. Check the id and your access.\n`,
    });
    expect((await tocsin(["alerts", "ack", UNKNOWN_ID, "--json"], { env })).exitCode).toBe(4);
  });
});
