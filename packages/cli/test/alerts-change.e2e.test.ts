/** The commands that change alerts, against a service. */
import { describe, expect, it } from "vitest";
import { api, flushed } from "../../../test/support/service.ts";
import { tocsin } from "./support/run.ts";
import { env, json, type List, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

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

interface Alert {
  status: string;
  snoozedUntil: string | null;
}

const alertOf = async (id: string | undefined): Promise<Alert> =>
  (await api<Alert>(service, "GET", `/v1/alerts/${id}`)).body;

describe("tocsin alerts close and reopen", () => {
  it("change the status", async () => {
    const { alerts } = await withAlerts(1);
    const closed = await tocsin(["alerts", "close", alerts[0]!, "--note", "Decommissioned."], { env });
    expect(closed).toEqual({ exitCode: 0, stdout: `${alerts[0]}\tCLOSED\tchanged\n`, stderr: "" });
    const reopened = await tocsin(["alerts", "reopen", alerts[0]!], { env });
    expect(reopened).toEqual({ exitCode: 0, stdout: `${alerts[0]}\tOPEN\tchanged\n`, stderr: "" });
  });
});

describe("tocsin alerts note", () => {
  it("adds a note, and leaves the status", async () => {
    const { demo, alerts } = await withAlerts(1);
    const noted = await tocsin(["alerts", "note", alerts[0]!, "--note", "Disk ordered."], { env });
    expect(noted).toEqual({ exitCode: 0, stdout: `${alerts[0]}\tOPEN\tnote added\n`, stderr: "" });
    await flushed(service, demo);
    const { body } = await api<List<object>>(service, "GET", `/v1/alerts/${alerts[0]}/timeline`);
    expect(body.data).toContainEqual(expect.objectContaining({ type: "NOTED", note: "Disk ordered.", status: "OPEN" }));
  });
});

describe("tocsin alerts snooze", () => {
  it("snoozes for a duration, until an instant, and ends a snooze", async () => {
    const { demo, alerts } = await withAlerts(1);
    const snooze = async (...options: string[]) => {
      const before = Date.now();
      const { exitCode, stdout } = await tocsin(["alerts", "snooze", alerts[0]!, ...options], { env });
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${alerts[0]}\tOPEN\tchanged\n` });
      await flushed(service, demo);
      return { before, snoozedUntil: (await alertOf(alerts[0])).snoozedUntil };
    };
    const first = await snooze("--for", "2h", "--note", "Disk ordered.");
    expect(Date.parse(first.snoozedUntil!)).toBeGreaterThanOrEqual(first.before + 2 * 3_600_000);
    expect(Date.parse(first.snoozedUntil!)).toBeLessThanOrEqual(Date.now() + 2 * 3_600_000);
    const until = new Date(Date.now() + 60_000).toISOString();
    expect((await snooze("--until", until)).snoozedUntil).toBe(until);
    expect((await snooze("--end")).snoozedUntil).toBeNull();
    expect(await tocsin(["alerts", "snooze", alerts[0]!, "--end"], { env })).toMatchObject({
      exitCode: 0,
      stdout: `${alerts[0]}\tOPEN\tunchanged\n`,
    });
  });

  it("fails for a resolved alert, and for an end in the past", async () => {
    const { alerts } = await withAlerts(1);
    const past = await tocsin(["alerts", "snooze", alerts[0]!, "--until", "2020-01-01T00:00:00Z"], { env });
    expect(past).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("must be in the future") });
    await tocsin(["alerts", "resolve", alerts[0]!], { env });
    const { exitCode, stderr } = await tocsin(["alerts", "snooze", alerts[0]!, "--for", "1h"], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^tocsin: ${alerts[0]}: `));
  });
});

describe("--query of the commands that change alerts", () => {
  it("changes all alerts that match, muted ones only on request", async () => {
    const { demo, alerts } = await withAlerts(3);
    const query = `integration:${demo.integrationId} severity:low`;
    await tocsin(["alerts", "snooze", "--query", `${query} label.disk:2`, "--for", "1h"], { env });
    await flushed(service, demo);
    const acknowledged = await tocsin(["alerts", "ack", "--query", query], { env });
    expect(acknowledged).toEqual({ exitCode: 0, stdout: `${alerts[2]}\tACKNOWLEDGED\tchanged\n`, stderr: "" });
    const muted = await json<{ changed: number }>(["alerts", "ack", "--query", `${query} muted:true`]);
    expect(muted.changed).toBe(1);
    await flushed(service, demo);
    expect((await alertOf(alerts[0])).status).toBe("OPEN");
  });

  it("changes nothing when nothing matches", async () => {
    const { demo } = await withAlerts(1);
    const query = `integration:${demo.integrationId} status:closed`;
    expect(await tocsin(["alerts", "resolve", "--query", query], { env })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "No alerts match.\n",
    });
  });
});

describe("a wrong selection of alerts", () => {
  it.each([
    [["ack"], "Select alerts either by id or by --query."],
    [["note", UNKNOWN_ID, "--query", "disk", "--note", "x"], "Select alerts either by id or by --query."],
    [["snooze", UNKNOWN_ID], "Set one of --for, --until and --end."],
    [["snooze", UNKNOWN_ID, "--for", "1h", "--end"], "Set one of --for, --until and --end."],
  ])("exits with 2: alerts %j", async (args, message) => {
    expect(await tocsin(["alerts", ...args], { env })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `tocsin: ${message}\n`,
    });
  });
});
