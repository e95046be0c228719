/** The built program against the service that `npm start` runs. */
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../src/program.ts";
import { freePort } from "../../../scripts/lib/postgres.ts";
import {
  api,
  createIntegration,
  type Demo,
  flushed,
  listAll,
  send,
  type Service,
  startService,
} from "../../../test/support/service.ts";
import { type Gate, openGate } from "./support/gate.ts";
import { bash, newFolder, hasTerminals, onTerminal, type Options, startTocsin, tocsin, until } from "./support/run.ts";

let service: Service;
let env: Record<string, string>;
let gate: Gate | undefined;

beforeAll(async () => {
  service = await startService();
  env = { TOCSIN_URL: service.url, TOCSIN_KEY: service.rootApiKey };
});
afterEach(async () => {
  await gate?.close();
  gate = undefined;
});
afterAll(() => service?.stop());

/** Runs it signed in, and reads its answer as JSON. */
const json = async <Answer>(args: readonly string[], options: Options = {}): Promise<Answer> => {
  const { exitCode, stdout, stderr } = await tocsin([...args, "--json"], { env, ...options });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Answer;
};

/** A new integration with so many open alerts, and the ids of the deliveries, the first first. */
async function withAlerts(count: number): Promise<{ demo: Demo; alerts: string[]; deliveries: string[] }> {
  const demo = await createIntegration(service, { provider: "generic" });
  const replies = [];
  for (let at = 1; at <= count; at++) {
    replies.push(
      await send(demo, {
        id: `alert-${at}`,
        title: `Disk ${at} is full`,
        severity: at === 1 ? "critical" : "low",
        labels: { disk: String(at) },
      }),
    );
  }
  await flushed(service, demo);
  return {
    demo,
    alerts: replies.map(({ body }) => body.alerts[0]!.id),
    deliveries: replies.map(({ body }) => body.deliveryId),
  };
}

interface List<Item> {
  data: Item[];
  nextCursor: string | null;
}

interface Id {
  id: string;
}

describe("tocsin alerts list", () => {
  it("gives with --json exactly what the API answers", async () => {
    const { demo, alerts } = await withAlerts(3);
    const answer = await tocsin(["alerts", "list", "--integration", demo.integrationId, "--json"], { env });
    const { body } = await api(service, "GET", `/v1/alerts?integrationId=${demo.integrationId}`);
    expect(answer).toEqual({ exitCode: 0, stdout: `${JSON.stringify(body)}\n`, stderr: "" });
    expect((JSON.parse(answer.stdout) as List<Id>).data.map(({ id }) => id)).toEqual(alerts.toReversed());
  });

  it("asks for what the filters say", async () => {
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

  it("gives a page, tells how to go on, and with --all gives every page as one", async () => {
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

  it.skipIf(!hasTerminals)(
    "prints tab-separated values where nobody watches, and a table that fits where somebody does",
    async () => {
      const { demo, alerts } = await withAlerts(1);
      const long = `${"Very long news of the queue ".repeat(8)}\u001B[2J`;
      await send(demo, { id: "long", title: long, severity: "high", host: "queue-1" });
      await flushed(service, demo);
      const piped = await tocsin(["alerts", "list", "--integration", demo.integrationId], { env });
      const rows = piped.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t"));
      expect(rows.map((row) => row.length)).toEqual([7, 7]);
      expect(rows[1]).toEqual([alerts[0], "CRITICAL", "OPEN", expect.stringMatching(/Z$/), "1", "", "Disk 1 is full"]);
      expect(rows[0]![6]).toBe(long.replace("\u001B[2J", ""));

      const { exitCode, screen } = await onTerminal(
        `tocsin alerts list --no-color --integration ${demo.integrationId}`,
        {
          env,
        },
      ).ended;
      const shown = screen.replaceAll("\r", "").trimEnd().split("\n");
      expect(exitCode).toBe(0);
      expect(shown).toHaveLength(3);
      expect(shown[0]).toMatch(/^ID +SEVERITY +STATUS +AGE/);
      expect(shown[1]).toMatch(/…$/);
      for (const line of shown) expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  it.skipIf(!hasTerminals)("has colours on a terminal, unless somebody does without", async () => {
    const { demo } = await withAlerts(1);
    const line = `tocsin alerts list --integration ${demo.integrationId}`;
    expect((await onTerminal(line, { env }).ended).screen).toContain("\u001B[31mCRITICAL");
    expect((await onTerminal(line, { env: { ...env, NO_COLOR: "1" } }).ended).screen).not.toContain("\u001B");
    expect((await onTerminal(`${line} --no-color`, { env }).ended).screen).not.toContain("\u001B");
    expect((await tocsin(line.split(" ").slice(1), { env })).stdout).not.toContain("\u001B");
  });

  it("is content when its reader has enough", async () => {
    const { demo, alerts } = await withAlerts(2);
    const line = `tocsin alerts list --integration ${demo.integrationId} | head -n 1 | cut -f1`;
    expect(await bash(line, { env })).toEqual({ exitCode: 0, stdout: `${alerts[1]}\n`, stderr: "" });
  });
});

describe("tocsin alerts ack and resolve", () => {
  it("move several alerts at once, with a note in their timeline", async () => {
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

  it("take an alert that is there already for done, and one that cannot go there for a failure", async () => {
    const { alerts } = await withAlerts(2);
    await tocsin(["alerts", "resolve", alerts[0]!], { env });
    expect(await tocsin(["alerts", "resolve", alerts[0]!], { env })).toMatchObject({ exitCode: 0, stderr: "" });
    const mixed = await tocsin(["alerts", "ack", ...alerts], { env });
    expect(mixed).toMatchObject({ exitCode: 1, stdout: `${alerts[1]}\tACKNOWLEDGED\tchanged\n` });
    expect(mixed.stderr).toBe(`tocsin: ${alerts[0]}: the alert is RESOLVED: it cannot become ACKNOWLEDGED\n`);
  });

  it("say with exit code 4 that there is no such alert", async () => {
    const id = "01900000-0000-7000-8000-000000000000";
    const answer = await tocsin(["alerts", "ack", id], { env });
    expect(answer).toEqual({ exitCode: 4, stdout: "", stderr: `tocsin: ${id}: there is no such alert\n` });
    expect((await tocsin(["alerts", "ack", id, "--json"], { env })).exitCode).toBe(4);
  });
});

describe("tocsin alerts tail", () => {
  it("tells of changes, comes back where it was when the connection is lost, and ends with Ctrl-C", async () => {
    const { demo } = await withAlerts(0);
    gate = await openGate(service.url);
    const through = gate;
    const stream = (at: number) => through.passages.filter(({ path: route }) => route === "/v1/timeline/stream")[at];
    const tail = startTocsin(["alerts", "tail", "--json", "--integration", demo.integrationId], {
      env: { ...env, TOCSIN_URL: gate.url },
    });
    const heard = () =>
      tail
        .stdout()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; alert: { title: string } });
    await until(() => (stream(0)?.bytes ?? 0) > 20);
    await send(demo, { id: "1", title: "First", severity: "high" });
    await until(() => heard().length === 1);

    // Nothing gets through until news has come that the stream did not tell.
    let isOpen: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (isOpen = resolve));
    gate.onRequest = async (): Promise<"pass"> => {
      await opened;
      return "pass";
    };
    gate.cut();
    await send(demo, { id: "2", title: "Second", severity: "high" });
    await flushed(service, demo);
    isOpen();
    await until(() => heard().length === 2);
    expect(heard().map(({ alert }) => alert.title)).toEqual(["First", "Second"]);
    expect(stream(0)?.headers["last-event-id"]).toBeUndefined();
    expect(stream(1)?.headers["last-event-id"]).toMatch(/^\d+\.\d+\./);

    tail.child.kill("SIGINT");
    expect(await tail.ended).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it.skipIf(!hasTerminals)("prints a line a change that fits the terminal, and Ctrl-C there ends it well", async () => {
    const { demo } = await withAlerts(0);
    gate = await openGate(service.url);
    const through = gate;
    const tail = onTerminal(`tocsin alerts tail --no-color --integration ${demo.integrationId}`, {
      env: { ...env, TOCSIN_URL: gate.url },
    });
    await until(() => (through.passages[0]?.bytes ?? 0) > 20);
    await send(demo, {
      id: "1",
      title: "A title that is far too long for the terminal that it is shown on",
      severity: "high",
    });
    await until(() => tail.screen().includes("\n"));
    tail.type("\u0003");
    const { exitCode, screen } = await tail.ended;
    expect({ exitCode, screen }).toMatchObject({ exitCode: 0 });
    expect(screen).toMatch(/^\d\d:\d\d:\d\d {2}\w+ +HIGH +OPEN +[0-9a-f-]{36} {2}A title/);
  });

  it("does not wait for a service that was never there", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { exitCode, stderr } = await tocsin(["alerts", "tail"], { env: { ...env, TOCSIN_URL: url } });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: `tocsin: ${url} cannot be reached: the connection was refused\n`,
    });
  });
});

describe("tocsin deliveries", () => {
  it("lists them with what became of each", async () => {
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
  });

  it("shows what became of one and why, and its very bytes", async () => {
    const { demo } = await withAlerts(0);
    const body = Buffer.from('{ "id": "é",\r\n\t"title":"Bytes" }\n');
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
    expect(shown.stdout).toContain("ACCEPTED, answered 202");
    expect(shown.stdout).toContain("key show-1");
    expect(shown.stdout).toMatch(/Why +accepted: /);
    expect((await tocsin(["deliveries", "show", sent.deliveryId, "--payload"], { env })).stdout).toBe(body.toString());
    const { body: answer } = await api(service, "GET", `/v1/deliveries/${sent.deliveryId}`);
    expect(await json(["deliveries", "show", sent.deliveryId])).toEqual(answer);
  });

  it("says with exit code 4 that there is none, with --json as the problem document", async () => {
    const id = "01900000-0000-7000-8000-000000000000";
    for (const flags of [[], ["--payload"]]) {
      const answer = await tocsin(["deliveries", "show", id, ...flags], { env });
      expect(answer).toEqual({ exitCode: 4, stdout: "", stderr: "tocsin: There is no such delivery.\n" });
    }
    const { stderr } = await tocsin(["deliveries", "show", id, "--json"], { env });
    expect(JSON.parse(stderr)).toMatchObject({ type: "urn:tocsin:problem:not-found", status: 404 });
  });

  it("says with exit code 1 which field was refused", async () => {
    const answer = await tocsin(["deliveries", "show", "odd"], { env });
    expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
    expect(answer.stderr).toMatch(/^tocsin: .*\(\/id: .*\)\n$/);
  });
});

describe("tocsin deliveries replay", () => {
  const replaysOf = async (demo: Demo) =>
    (await listAll<{ replayOf: string | null }>(service, "deliveries", demo)).flatMap(({ replayOf }) => replayOf ?? []);

  it("replays those that are named, and says of each that cannot be", async () => {
    const { demo, deliveries, alerts } = await withAlerts(2);
    const missing = "01900000-0000-7000-8000-000000000000";
    const answer = await tocsin(["deliveries", "replay", deliveries[0]!, missing, deliveries[1]!], { env });
    expect(answer).toMatchObject({ exitCode: 4, stderr: `tocsin: ${missing}: There is no such delivery.\n` });
    expect(
      answer.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual(deliveries);
    expect(await replaysOf(demo)).toEqual(deliveries.toReversed());
    const one = await json<unknown>(["deliveries", "replay", deliveries[0]!]);
    expect(one).toMatchObject({ replayOf: deliveries[0], status: "accepted", alerts: [{ id: alerts[0] }] });
  });

  it("replays nothing twice under one idempotency key", async () => {
    const { demo, deliveries } = await withAlerts(1);
    const words = ["deliveries", "replay", deliveries[0]!, "--idempotency-key", crypto.randomUUID()];
    expect(await json(words)).toEqual(await json(words));
    expect(await replaysOf(demo)).toEqual(deliveries);
  });

  it("replays what a filter holds, page by page, and goes on where it broke off", async () => {
    const { demo, deliveries } = await withAlerts(130);
    gate = await openGate(service.url);
    gate.onRequest = (_passage, count) => (count === 2 ? "cut" : "pass");
    const broken = await tocsin(
      [
        "deliveries",
        "replay",
        "--integration",
        demo.integrationId,
        "--status",
        "accepted",
        "--until",
        "2100-01-01T00:00:00Z",
      ],
      { env: { ...env, TOCSIN_URL: gate.url } },
    );
    expect(broken.exitCode).toBe(5);
    expect(broken.stdout.trimEnd().split("\n")).toHaveLength(100);
    const [, goOn = ""] = /go on with: (tocsin deliveries replay .*)\n/.exec(broken.stderr) ?? [];
    const rest = await bash(`${goOn} --json`, { env });
    expect(rest).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(rest.stdout)).toMatchObject({ replayed: 130, nextCursor: null });
    expect((await replaysOf(demo)).toSorted()).toEqual(deliveries.toSorted());
  });

  it("takes those that nobody proved when that is meant, and tells why it skips others", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    await send({ ...demo, secret: "wrong" }, { id: "1", title: "Unproven" });
    await flushed(service, demo);
    const words = ["deliveries", "replay", "--integration", demo.integrationId];
    const skipped = await tocsin(words, { env });
    expect(skipped).toMatchObject({ exitCode: 0, stderr: "0 replayed, 1 skipped\n" });
    expect(skipped.stdout).toContain("Nobody proved who sent this delivery.");
    expect(await json([...words, "--include-unverified"])).toMatchObject({ replayed: 1 });
  });

  it.skipIf(!hasTerminals)("shows a progress bar on a terminal, which Ctrl-C ends between two requests", async () => {
    const { demo, deliveries } = await withAlerts(3);
    gate = await openGate(service.url);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const second = `/v1/deliveries/${deliveries[1]}/replay`;
    gate.onRequest = async ({ path: route }): Promise<"pass"> => {
      if (route === second) await released;
      return "pass";
    };
    const replay = onTerminal(`tocsin deliveries replay ${deliveries.join(" ")}`, {
      env: { ...env, TOCSIN_URL: gate.url },
    });
    const through = gate;
    await until(() => through.passages.some(({ path: route }) => route === second));
    replay.type("\u0003");
    await until(() => replay.screen().includes("Stopping once"));
    release();
    const { exitCode, screen } = await replay.ended;
    expect(exitCode).toBe(130);
    expect(screen).toMatch(/Replaying \[ +\] 0\/3/);
    expect(screen).toMatch(/go on with: tocsin deliveries replay .* --idempotency-key /);
    expect(await replaysOf(demo)).toEqual([deliveries[1], deliveries[0]]);
  });

  it.skipIf(!hasTerminals)("shows no bar where nobody watches, nor with --json", async () => {
    const { deliveries } = await withAlerts(1);
    expect((await tocsin(["deliveries", "replay", deliveries[0]!], { env })).stderr).toBe("");
    const { screen } = await onTerminal(`tocsin deliveries replay ${deliveries[0]} --json`, { env }).ended;
    expect(screen).toMatch(/^\{.*\}\r\n$/);
  });

  it("is told in one way which deliveries are meant", async () => {
    for (const words of [
      [],
      ["1", "--integration", "2"],
      ["1", "--since", "2h"],
      ["--integration", "2", "--since", "2h", "--idempotency-key", "k"],
    ]) {
      const { exitCode } = await tocsin(["deliveries", "replay", ...words], { env });
      expect({ words, exitCode }).toEqual({ words, exitCode: 2 });
    }
  });
});

describe("tocsin integrations", () => {
  it("creates one, prints what its source needs, and that works", async () => {
    const { exitCode, stdout } = await tocsin(
      [
        "integrations",
        "create",
        "--name",
        "Queues",
        "--provider",
        "alertmanager",
        "--window",
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

  it("takes more settings from a file, a secret from another, and belongs to a team", async () => {
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

  it("says with exit code 1 what the service refuses", async () => {
    const words = ["integrations", "create", "--name", "x", "--provider", "nonesuch"];
    const answer = await tocsin(words, { env });
    expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
    expect(answer.stderr).toMatch(/^tocsin: .*\/provider: not one of .*\n$/);
    const problem = JSON.parse((await tocsin([...words, "--json"], { env })).stderr) as { errors: unknown };
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/provider" }] });
  });

  it("gives a new secret, with the old one good for the overlap", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const both = await tocsin(["integrations", "rotate", demo.integrationId, "--overlap", "2h"], { env });
    expect(both.stdout).toMatch(/^Secret {7}\S+\nOld secret {3}good until .*Z\n$/);
    expect((await send(demo, { id: "1", title: "Old secret" })).status).toBe(202);
    const { secret } = await json<{ secret: string }>(["integrations", "rotate", demo.integrationId, "--overlap", "0"]);
    expect((await send(demo, { id: "2", title: "Old secret" })).status).toBe(401);
    expect((await send({ ...demo, secret }, { id: "3", title: "New secret" })).status).toBe(202);
  });

  it("lets the service send its own test", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const { exitCode, stdout } = await tocsin(["integrations", "test", demo.integrationId], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Taken: 202, delivery /);
    expect(await json(["integrations", "test", demo.integrationId])).toMatchObject({ statusCode: 200 });
    expect((await tocsin(["integrations", "test", crypto.randomUUID()], { env })).exitCode).toBe(4);
  });
});

describe("tocsin send", () => {
  const body = JSON.stringify({ id: "sent", title: "Sent", severity: "high" });

  const schemes: [string, object, string[]][] = [
    ["hmac", { scheme: "hmac" }, []],
    [
      "hmac with a time and an id that are signed",
      {
        scheme: "hmac",
        header: "x-sig",
        algorithm: "sha512",
        encoding: "base64",
        prefix: "v1=",
        timestampHeader: "x-time",
        idHeader: "x-id",
        content: "{id}.{timestamp}.{body}",
      },
      [
        "--signature-header",
        "x-sig",
        "--algorithm",
        "sha512",
        "--encoding",
        "base64",
        "--prefix",
        "v1=",
        "--timestamp-header",
        "x-time",
        "--id-header",
        "x-id",
        "--content",
        "{id}.{timestamp}.{body}",
      ],
    ],
    ["standard-webhooks", { scheme: "standard-webhooks" }, ["--scheme", "standard-webhooks"]],
    ["token", { scheme: "token" }, ["--scheme", "token"]],
    [
      "token in the query",
      { scheme: "token", in: "query", name: "k" },
      ["--scheme", "token", "--in", "query", "--name", "k"],
    ],
    [
      "token in a header",
      { scheme: "token", in: "header", name: "x-key" },
      ["--scheme", "token", "--in", "header", "--name", "x-key"],
    ],
    [
      "token in the body",
      { scheme: "token", in: "body", name: "key" },
      ["--scheme", "token", "--in", "body", "--name", "key"],
    ],
    ["token as a password", { scheme: "token", in: "basic" }, ["--scheme", "token", "--in", "basic"]],
  ];
  it.each(schemes)("proves itself by %s", async (_name, verification, flags) => {
    const demo = await createIntegration(service, { provider: "generic", verification });
    const folder = newFolder();
    writeFileSync(path.join(folder, "secret.txt"), `${demo.secret}\n`);
    writeFileSync(path.join(folder, "alert.json"), body);
    const words = ["send", "alert.json", "--url", demo.ingestUrl, "--secret-file", "secret.txt", ...flags];
    expect(await tocsin([...words, "--json"], { cwd: folder })).toMatchObject({ exitCode: 0, stderr: "" });
    writeFileSync(path.join(folder, "secret.txt"), `${demo.secret}x`);
    const refused = await tocsin(words, { cwd: folder });
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).not.toContain(demo.secret);
  });

  it("names the delivery, so that it counts once", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const words = ["send", "-", "--url", demo.ingestUrl, "--secret", demo.secret, "--idempotency-key", "once"];
    const first = await json<{ deliveryId: string }>(words, { input: body });
    expect(await json(words, { input: `${body} ` })).toMatchObject({
      status: "duplicate",
      duplicateOf: first.deliveryId,
    });
  });

  it("takes headers and a content type", async () => {
    const demo = await createIntegration(service, { provider: "generic", idempotencyHeader: "x-delivery" });
    const words = [
      "send",
      "--url",
      demo.ingestUrl,
      "--secret",
      demo.secret,
      "--header",
      "X-Delivery: d-1",
      "--content-type",
      "application/json; charset=utf-8",
    ];
    const { deliveryId } = await json<{ deliveryId: string }>(words, { input: body });
    await flushed(service, demo);
    const { body: delivery } = await api(service, "GET", `/v1/deliveries/${deliveryId}`);
    expect(delivery).toMatchObject({ idempotencyKey: "d-1", contentType: "application/json; charset=utf-8" });
  });

  it("goes to the demo integration of the service that runs in this folder", async () => {
    const { exitCode, stdout } = await tocsin(["send"], { input: body, env: { TOCSIN_DIR: service.stateDirectory } });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^20[02] /) });
  });

  it("repeats no secret that cannot be sent", async () => {
    const words = ["send", "--url", service.demo.ingestUrl, "--scheme", "token"];
    for (const flags of [[], ["--in", "basic"], ["--in", "header"]]) {
      const { exitCode, stderr } = await tocsin([...words, ...flags], {
        input: body,
        env: { TOCSIN_SECRET: "gehe\nim\u2026" },
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.not.stringMatching(/gehe|im\u2026/) });
    }
    const odd = await tocsin([...words, "--secret", "s", "--idempotency-key", "a\nb"], { input: body });
    expect(odd).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("tells wrong usage, a body that is refused, and a secret that is missing, by its exit code", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const url = ["--url", demo.ingestUrl];
    const secret = ["--secret", demo.secret];
    expect((await tocsin(["send"], { input: body })).exitCode).toBe(2);
    expect((await tocsin(["send", ...url], { input: body })).exitCode).toBe(3);
    expect(
      (await tocsin(["send", ...url, ...secret, "--content", "{timestamp}.{body}"], { input: body })).exitCode,
    ).toBe(2);
    expect((await tocsin(["send", ...url, ...secret, "--header", "odd"], { input: body })).exitCode).toBe(2);
    expect((await tocsin(["send", "missing.json", ...url, ...secret])).exitCode).toBe(1);
    expect(await tocsin(["send", ...url, ...secret], { input: "no JSON" })).toMatchObject({ exitCode: 1, stdout: "" });
    expect(
      (await tocsin(["send", "--url", `${service.url}/in/${crypto.randomUUID()}`, ...secret], { input: body }))
        .exitCode,
    ).toBe(4);
    const nobody = `http://127.0.0.1:${await freePort()}/in/1`;
    expect((await tocsin(["send", "--url", nobody, ...secret], { input: body })).exitCode).toBe(5);
  });
});

describe("signing in", () => {
  it("keeps a URL and a key that work where their owner alone can read them, by name", async () => {
    const config = newFolder();
    const own = { XDG_CONFIG_HOME: config };
    const file = path.join(config, "tocsin", "config.json");
    for (const flags of [[], ["--profile", "second"]]) {
      const signedIn = await tocsin(["login", "--url", `${service.url}/`, ...flags], {
        env: own,
        input: `${service.rootApiKey}\n`,
      });
      expect(signedIn).toMatchObject({
        exitCode: 0,
        stderr: "",
        stdout: expect.stringContaining(`Signed in to ${service.url} as api:root`),
      });
      expect(signedIn.stdout).not.toContain(service.rootApiKey);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const target = { url: service.url, key: service.rootApiKey };
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ profiles: { default: target, second: target } });
    for (const flags of [[], ["--profile", "second"], ["--url", service.url]]) {
      expect((await tocsin(["integrations", "list", ...flags], { env: own })).exitCode).toBe(0);
    }
    expect((await tocsin(["integrations", "list", "--profile", "third"], { env: own })).exitCode).toBe(3);
    gate = await openGate(service.url);
    expect((await tocsin(["integrations", "list", "--url", gate.url], { env: own })).exitCode).toBe(3);
    expect(gate.passages).toEqual([]);
  });

  it.skipIf(!hasTerminals)("asks on a terminal, and shows nothing of the key", async () => {
    const config = newFolder();
    const terminal = onTerminal("tocsin login", { env: { XDG_CONFIG_HOME: config } });
    await until(() => terminal.screen().includes("URL: "));
    terminal.type(`${service.url}\r`);
    await until(() => terminal.screen().includes("API key for"));
    terminal.type(`${service.rootApiKey}\r`);
    const { exitCode, screen } = await terminal.ended;
    expect({ exitCode, screen }).toMatchObject({ exitCode: 0, screen: expect.stringContaining("as api:root") });
    expect(screen).not.toContain(service.rootApiKey);
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(0);
  });

  it.skipIf(!hasTerminals)("changes nothing when the question is answered by Ctrl-C", async () => {
    const config = newFolder();
    const terminal = onTerminal(`tocsin login --url ${service.url}`, { env: { XDG_CONFIG_HOME: config } });
    await until(() => terminal.screen().includes("API key for"));
    terminal.type("\u0003");
    expect((await terminal.ended).exitCode).toBe(130);
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(3);
  });

  it("keeps no key that the service refuses, and repeats none", async () => {
    const config = newFolder();
    const refused = await tocsin(["login", "--url", service.url], {
      env: { XDG_CONFIG_HOME: config },
      input: "wrong-key-0123456789",
    });
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).not.toContain("wrong-key");
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(3);
    expect((await tocsin(["login"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(2);
  });

  it("finds by itself the service that runs in this folder, when nothing else is said", async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, ".tocsin"));
    copyFileSync(path.join(service.stateDirectory, "dev.json"), path.join(folder, ".tocsin", "dev.json"));
    expect((await tocsin(["integrations", "list"], { cwd: folder })).stdout).toContain(service.demo.integrationId);
    expect((await tocsin(["integrations", "list"])).exitCode).toBe(3);
  });

  it("tells a key that is refused from one that may not, and both from a service that is not there", async () => {
    const { body: reader } = await api<{ key: string }>(service, "POST", "/v1/api-keys", {
      name: "Reader",
      scopes: ["alerts:read"],
    });
    const { alerts } = await withAlerts(1);
    const may = { ...env, TOCSIN_KEY: reader.key };
    expect((await tocsin(["alerts", "list"], { env: may })).exitCode).toBe(0);
    const forbidden = await tocsin(["alerts", "ack", alerts[0]!, "--json"], { env: may });
    expect(forbidden.exitCode).toBe(3);
    expect(JSON.parse(forbidden.stderr)).toMatchObject({ status: 403 });
    const wrong = await tocsin(["alerts", "list"], { env: { ...env, TOCSIN_KEY: "wrong" } });
    expect(wrong).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringMatching(/^tocsin: .+\n$/) });
    const away = { ...env, TOCSIN_URL: `http://127.0.0.1:${await freePort()}` };
    const unreachable = await tocsin(["alerts", "list", "--json"], { env: away });
    expect(unreachable.exitCode).toBe(5);
    expect(JSON.parse(unreachable.stderr)).toMatchObject({ detail: expect.stringContaining("cannot be reached") });
  });
});

describe("the examples of the help", () => {
  // The exports have no service here yet: packages/cli/test/export.e2e.test.ts runs theirs.
  const examples = COMMANDS.filter(
    ({ path: words }) => words[1] !== "export" && words[1] !== "tail" && words[0] !== "login",
  );
  it.each(examples.flatMap((command) => command.examples))("run as they stand: %s", async (example) => {
    const { demo, alerts, deliveries } = await withAlerts(1);
    const folder = newFolder();
    writeFileSync(path.join(folder, "secret.txt"), demo.secret);
    writeFileSync(path.join(folder, "alert.json"), '{"id":"example","title":"Example"}');
    const variables = {
      ALERT: alerts[0]!,
      DELIVERY: deliveries[0]!,
      INTEGRATION: demo.integrationId,
      INGEST_URL: demo.ingestUrl,
      SECRET: demo.secret,
    };
    const { exitCode, stderr } = await bash(example, {
      cwd: folder,
      env: { ...env, ...variables },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
});
