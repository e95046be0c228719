/** `tocsin alerts list`, `show` and `counts` against a service. */
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
    expect(await ids("--query", '"Disk 3"')).toEqual([alerts[2]]);
    expect(await ids("--since", "1h")).toHaveLength(3);
    expect(await ids("--until", "1h")).toEqual([]);
    expect(await ids("--status", "resolved")).toEqual([]);
    expect(await ids("--query", '"disk 3" status:open')).toEqual([alerts[2]]);
    expect(await ids("--query", "-label.disk:1 severity:low")).toEqual([alerts[2], alerts[1]]);
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

  it("leaves muted alerts out, unless --muted asks for them", async () => {
    const { demo, alerts } = await withAlerts(2);
    await tocsin(["alerts", "snooze", alerts[0]!, "--for", "1h"], { env });
    await flushed(service, demo);
    const ids = async (...filters: string[]) => {
      const { data } = await json<List<Id>>(["alerts", "list", "--integration", demo.integrationId, ...filters]);
      return data.map(({ id }) => id);
    };
    expect(await ids()).toEqual([alerts[1]]);
    expect(await ids("--muted", "true")).toEqual([alerts[0]]);
    expect(await ids("--muted", "any")).toEqual(alerts.toReversed());
  });

  it("reports where a query is wrong", async () => {
    const { exitCode, stderr } = await tocsin(["alerts", "list", "--query", "severity:urgent"], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^tocsin: .*\/query: at offset 9: unknown value `urgent`/);
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

describe("tocsin alerts show", () => {
  it("prints the alert and its timeline", async () => {
    const { demo, alerts } = await withAlerts(1);
    await tocsin(["alerts", "ack", alerts[0]!, "--note", "Looking into it."], { env });
    await flushed(service, demo);
    const { exitCode, stdout, stderr } = await tocsin(["alerts", "show", alerts[0]!], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [facts = "", timeline = ""] = stdout.split("\n\n");
    expect(facts).toContain(`Alert          ${alerts[0]}\nTitle          Disk 1 is full\nSeverity       CRITICAL\n`);
    expect(facts).toMatch(/^Acknowledged {3}\S+Z \(just now\) by key root$/m);
    expect(facts).toContain(`Console        ${service.url}/alerts/${alerts[0]}`);
    const entries = timeline
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t").slice(1));
    expect(entries).toEqual([
      ["CREATED", "OPEN", "CRITICAL", "source", ""],
      ["ACKNOWLEDGED", "ACKNOWLEDGED", "CRITICAL", "key root", "Looking into it."],
    ]);
  });

  it("prints the alert of the API with its timeline with --json", async () => {
    const { alerts } = await withAlerts(1);
    const { timeline, ...alert } = await json<{ timeline: unknown }>(["alerts", "show", alerts[0]!]);
    expect(alert).toEqual((await api(service, "GET", `/v1/alerts/${alerts[0]}`)).body);
    const { body } = await api<List<unknown>>(service, "GET", `/v1/alerts/${alerts[0]}/timeline`);
    expect(timeline).toEqual(body.data);
  });

  it("removes control characters of the source", async () => {
    const { demo } = await withAlerts(0);
    await send(demo, { id: "1", title: "Red\u001B[31m\nalert", severity: "high" });
    await flushed(service, demo);
    const { data } = await json<List<Id>>(["alerts", "list", "--integration", demo.integrationId]);
    expect((await tocsin(["alerts", "show", data[0]!.id], { env })).stdout).toContain("Title          Red alert\n");
  });

  it("exits with 4 for an unknown alert", async () => {
    expect(await tocsin(["alerts", "show", UNKNOWN_ID], { env })).toMatchObject({ exitCode: 4, stdout: "" });
  });
});

describe("tocsin alerts counts", () => {
  it("prints a row for each status and severity", async () => {
    const { demo, alerts } = await withAlerts(3);
    await tocsin(["alerts", "ack", alerts[2]!], { env });
    await flushed(service, demo);
    const counts = ["alerts", "counts", "--integration", demo.integrationId];
    const { exitCode, stdout, stderr } = await tocsin(counts, { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "Total: 3\n" });
    expect(stdout.trimEnd().split("\n").toSorted()).toEqual([
      "ACKNOWLEDGED\tLOW\t1",
      "OPEN\tCRITICAL\t1",
      "OPEN\tLOW\t1",
    ]);
    expect(await json([...counts, "--query", "severity:critical"])).toMatchObject({ total: { count: 1 } });
  });
});
