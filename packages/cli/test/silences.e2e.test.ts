/** `tocsin silences` against a service. */
import { describe, expect, it } from "vitest";
import { api, flushed } from "../../../test/support/service.ts";
import { tocsin } from "./support/run.ts";
import { env, type Id, json, type List, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

interface Silence extends Id {
  state: string;
  startsAt: string;
  endsAt: string;
}

const HOUR_MS = 3_600_000;

describe("tocsin silences", () => {
  it("preview, create, list, show and expire a silence", async () => {
    const { demo, alerts } = await withAlerts(2);
    const matchers = [`tocsin_integration=${demo.integrationId}`, "disk=~1|9"];
    const preview = await tocsin(["silences", "preview", ...matchers], { env });
    expect(preview).toMatchObject({ exitCode: 0, stderr: "Alerts that match now: 1\n" });
    expect(preview.stdout.split("\t")[0]).toBe(alerts[0]);

    const flags = ["--for", "2h", "--comment", "Deploy"];
    const { stdout } = await tocsin(["silences", "create", ...matchers, ...flags], { env });
    const id = /^Silence +(\S+)$/m.exec(stdout)?.[1] ?? "";
    expect(stdout).toContain(`Matchers       tocsin_integration="${demo.integrationId}" disk=~"1|9"\n`);
    const shown = await json<Silence>(["silences", "show", id]);
    expect(shown).toEqual((await api(service, "GET", `/v1/silences/${id}`)).body);
    expect(shown.state).toBe("active");
    expect(Date.parse(shown.endsAt) - Date.parse(shown.startsAt)).toBeLessThanOrEqual(2 * HOUR_MS);
    await flushed(service, demo);
    const listed = await json<List<Id>>(["alerts", "list", "--integration", demo.integrationId]);
    expect(listed.data.map((alert) => alert.id)).toEqual([alerts[1]]);

    const rows = await tocsin(["silences", "list", "--state", "active", "--all"], { env });
    expect(rows.stdout).toContain(`${id}\tactive\t`);
    const expired = await tocsin(["silences", "expire", id], { env });
    expect(expired).toEqual({ exitCode: 0, stdout: `${id}\texpired\n`, stderr: "" });
    expect((await tocsin(["silences", "list", "--all"], { env })).stdout).not.toContain(id);
    const old = await json<List<Id>>(["silences", "list", "--state", "expired", "--all"]);
    expect(old.data.map((silence) => silence.id)).toContain(id);
  });

  it("create a silence that starts later", async () => {
    const start = new Date(Date.now() + HOUR_MS).toISOString();
    const flags = ["--start", start, "--for", "30m", "--comment", "Failover"];
    const silence = await json<Silence>(["silences", "create", "NightlyFailover", ...flags]);
    expect(silence).toMatchObject({
      state: "pending",
      startsAt: start,
      endsAt: new Date(Date.parse(start) + HOUR_MS / 2).toISOString(),
      matchers: [{ name: "alertname", value: "NightlyFailover", isRegex: false, isEqual: true }],
    });
  });

  it.each([
    [["a=1", "--comment", "x"], "Set either --for or --until."],
    [["a=1", "--comment", "x", "--for", "1h", "--until", "2030-01-01T00:00:00Z"], "Set either --for or --until."],
    [["a=1", "--comment", "x", "--for", "1h", "--start", "soon"], "Use an instant or a duration in --start."],
    [
      ["a=1", "--comment", "x", "--for", "1h", "--team", UNKNOWN_ID, "--all-teams"],
      "Set either --team or --all-teams.",
    ],
  ])("exit with 2 for wrong usage: create %j", async (args, message) => {
    const { exitCode, stderr } = await tocsin(["silences", "create", ...args], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `tocsin: ${message}\n` });
  });

  it("expire the others when one is unknown, and exit with 4", async () => {
    const { id } = await json<Id>(["silences", "create", "a=expire", "--for", "1h", "--comment", "x"]);
    expect(await tocsin(["silences", "expire", UNKNOWN_ID, id], { env })).toEqual({
      exitCode: 4,
      stdout: `${id}\texpired\n`,
      stderr: `tocsin: ${UNKNOWN_ID}: Unknown silence. Check the id and your access.\n`,
    });
  });

  it("exit with 1 for matchers that match every alert", async () => {
    const created = await tocsin(["silences", "create", "a=~.*", "--for", "1h", "--comment", "x"], { env });
    expect(created).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("at least one matcher") });
  });
});
