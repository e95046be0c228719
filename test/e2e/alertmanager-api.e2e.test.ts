/**
 * The Alertmanager API with the programs that speak it: amtool, whose client is generated from Alertmanager's published document, and
 * Prometheus. Alertmanager itself gets the same requests, and answers alike.
 */
import { type ChildProcess, execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../scripts/lib/postgres.ts";
import { publishedFaults } from "../support/alertmanager/published-schemas.ts";
import { assertInstalled, startServer, stopServer, until } from "../support/program.ts";
import { api, createIntegration, type Demo, flushed } from "../support/service.ts";
import { sharedService } from "../support/shared-service.ts";

interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  receivers: { name: string }[];
  status: { state: string; silencedBy: string[] };
  generatorURL?: string;
}

interface Silence {
  id: string;
  status: { state: string };
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
  matchers: { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
}

const service = await sharedService();
let directory: string;
let integration: Demo;
let key: string;
/** Alertmanager itself. */
let alertmanager: ChildProcess | undefined;
let alertmanagerUrl: string;

beforeAll(async () => {
  assertInstalled("amtool", "prometheus-alertmanager");
  assertInstalled("prometheus-alertmanager", "prometheus-alertmanager");
  assertInstalled("prometheus", "prometheus");
  directory = mkdtempSync(path.join(tmpdir(), "tocsin-alertmanager-api-"));
  const team = await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Shop" });
  const teamId = team.body.id;
  integration = await createIntegration(service, { provider: "alertmanager", teamId });
  const scopes = ["alerts:write"];
  key = (await api<{ key: string }>(service, "POST", "/v1/api-keys", { name: "amtool", teamId, scopes })).body.key;

  const port = await freePort();
  alertmanagerUrl = `http://127.0.0.1:${port}`;
  writeFileSync(path.join(directory, "alertmanager.yml"), "route: { receiver: shop }\nreceivers: [{ name: shop }]\n");
  const args = [
    `--config.file=${directory}/alertmanager.yml`,
    `--storage.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
  ];
  alertmanager = await startServer("prometheus-alertmanager", args, `${alertmanagerUrl}/-/ready`);
});
afterAll(async () => {
  await stopServer(alertmanager);
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** A URL with a user and a password, as amtool takes it. */
const withPassword = (url: string, password: string): string => {
  const parsed = new URL(url);
  parsed.username = "anyone";
  parsed.password = password;
  return parsed.href;
};

/** Runs amtool. @throws Error with its output when it fails */
const amtoolAt = async (url: string, ...args: string[]): Promise<string> => {
  const home = { ...process.env, HOME: directory };
  const given = ["--no-version-check", `--alertmanager.url=${url}`, ...args];
  return (await promisify(execFile)("amtool", given, { env: home })).stdout;
};
const amtool = (...args: string[]): Promise<string> => amtoolAt(withPassword(service.url, key), ...args);
const amtoolJson = async <T>(...args: string[]): Promise<T> => JSON.parse(await amtool("-o", "json", ...args)) as T;

const alertAdd = async (...args: string[]): Promise<void> => {
  await amtoolAt(withPassword(integration.ingestUrl, integration.secret), "alert", "add", ...args);
  await flushed(service, integration);
};

const queried = async (...args: string[]): Promise<string[]> =>
  (await amtoolJson<Alert[]>("alert", "query", ...args)).map(({ labels }) => labels.instance ?? "").toSorted();

describe("amtool", () => {
  beforeAll(async () => {
    await alertAdd("DiskFull", "instance=db-1", "severity=critical", '--annotation=summary="Disk full on db-1"');
    await alertAdd("alertname=DiskFull", "instance=db-2", "--generator-url=http://prometheus.example.com/graph");
    await alertAdd("CpuHot", "instance=web-1", `--end=${new Date(Date.now() + 3_600_000).toISOString()}`);
  });

  it("adds alerts at the ingest URL, and queries them with an API key", async () => {
    const alerts = await amtoolJson<Alert[]>("alert", "query", "DiskFull");
    expect(alerts).toHaveLength(2);
    expect(alerts.find(({ labels }) => labels.instance === "db-1")).toMatchObject({
      labels: { alertname: "DiskFull", severity: "critical", tocsin_severity: "CRITICAL" },
      annotations: { summary: "Disk full on db-1" },
      receivers: [{ name: "Shop" }],
      status: { state: "active" },
    });
    expect(alerts.find(({ labels }) => labels.instance === "db-2")?.generatorURL).toBe(
      "http://prometheus.example.com/graph",
    );
    expect(await amtool("alert", "query")).toMatch(/DiskFull .* Disk full on db-1 +active/);
  });

  it.each([
    [["alertname=DiskFull"], ["db-1", "db-2"]],
    [["alertname!=DiskFull"], ["web-1"]],
    [["instance=~db-[0-9]"], ["db-1", "db-2"]],
    [["instance=~db"], []],
    [["instance!~db-.*"], ["web-1"]],
    [["severity="], ["db-2", "web-1"]],
    [["DiskFull", "severity!="], ["db-1"]],
    [["tocsin_severity=CRITICAL"], ["db-1"]],
    [["--receiver=Sh.*"], ["db-1", "db-2", "web-1"]],
    [["--receiver=Sh"], []],
    [["--silenced"], []],
  ])("selects alerts by %j", async (args, expected) => {
    expect(await queried(...args)).toEqual(expected);
  });

  it("rejects a wrong filter with the reason", async () => {
    // amtool itself takes `alertname=~(` for the name of an alert.
    await expect(amtool("alert", "query", "alertname=~(?i)x")).rejects.toThrow(/regular expression/);
    await expect(amtool("alert", "query", "--receiver=(")).rejects.toThrow(/regular expression/);
  });

  it("adds, queries, updates and expires silences", async () => {
    const silences = (...args: string[]) => amtoolJson<Silence[]>("silence", "query", ...args);
    const added = await amtool("silence", "add", "DiskFull", "instance=~db-1", "--author=ada", "--comment=deploy");
    const id = added.trim();
    const [silence] = await silences("alertname=DiskFull");
    expect(silence).toMatchObject({
      id,
      status: { state: "active" },
      createdBy: "ada",
      comment: "deploy",
      matchers: [
        { name: "alertname", value: "DiskFull", isRegex: false, isEqual: true },
        { name: "instance", value: "db-1", isRegex: true, isEqual: true },
      ],
    });
    expect(await queried()).toEqual(["db-2", "web-1"]);
    expect(await queried("--silenced")).toEqual(["db-1"]);
    expect((await amtoolJson<Alert[]>("alert", "query", "--silenced"))[0]?.status).toMatchObject({
      state: "suppressed",
      silencedBy: [id],
    });

    const [updated] = await amtoolJson<Silence[]>("silence", "update", "--duration=3h", "--comment=longer", id);
    expect(updated?.id).toBe(id);
    expect(await silences("alertname=DiskFull")).toMatchObject([{ comment: "longer", startsAt: silence?.startsAt }]);
    expect(Date.parse(updated?.endsAt ?? "") - Date.parse(updated?.startsAt ?? "")).toBe(3 * 3_600_000);

    await amtool("silence", "expire", id);
    expect(await silences("alertname=DiskFull")).toEqual([]);
    expect(await silences("--expired", "alertname=DiskFull")).toMatchObject([{ id, status: { state: "expired" } }]);
    expect(await queried()).toEqual(["db-1", "db-2", "web-1"]);
  });

  it("plans a silence", async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, "");
    const id = (await amtool("silence", "add", "Planned", `--start=${at(1)}`, `--end=${at(2)}`, "-c", "x")).trim();
    const planned = await amtoolJson<Silence[]>("silence", "query", "Planned");
    expect(planned).toMatchObject([{ id, status: { state: "pending" } }]);
    const [moved] = await amtoolJson<Silence[]>("silence", "update", `--start=${at(3)}`, `--end=${at(4)}`, id);
    expect(moved?.id).toBe(id);
    await amtool("silence", "expire", id);
  });

  it("shows why a silence is invalid or unknown", async () => {
    await expect(amtool("silence", "add", "a=~.*", "-c", "x")).rejects.toThrow(/must not match the empty string/);
    await expect(
      amtool("silence", "add", "a=b", "-c", "x", "--start=2020-01-01T00:00:00Z", "--end=2020-01-02T00:00:00Z"),
    ).rejects.toThrow(/end time can't be in the past/);
    await expect(amtool("silence", "expire", "00000000-0000-4000-8000-000000000000")).rejects.toThrow(/404/);
  });

  it("reads the configuration, which it accepts", async () => {
    const text = await amtool("config", "show");
    expect(text).toContain('receiver: "Shop"');
    expect(await amtool("config", "routes", "test", "alertname=DiskFull")).toBe("Shop\n");
    expect(await amtool("cluster", "show")).toContain("disabled");
    const file = path.join(directory, "shown.yml");
    writeFileSync(file, text);
    expect((await promisify(execFile)("amtool", ["check-config", file])).stdout).toContain("SUCCESS");
  });
});

interface Answer {
  status: number;
  body: unknown;
}

/** Sends a request to the Alertmanager API of a server. */
async function request(base: string, method: string, route: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${base}/api/v2${route}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? "" : JSON.parse(text) };
}

describe("a response", () => {
  const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const silence = { matchers: [{ name: "a", value: "b", isRegex: false }], startsAt: hour(0), endsAt: hour(1) };
  const posted = { ...silence, createdBy: "ada", comment: "deploy" };
  const later = { ...posted, startsAt: hour(24), endsAt: hour(25) };
  const id = "00000000-0000-4000-8000-000000000000";

  it.each<[string, string, unknown?]>([
    ["GET", "/status"],
    ["GET", "/receivers"],
    ["GET", "/alerts"],
    ["GET", "/alerts?filter=x"],
    ["GET", "/alerts?receiver=("],
    ["GET", "/alerts/groups"],
    ["GET", "/alerts/groups?filter=x"],
    ["POST", "/silences", posted],
    ["GET", "/silences"],
    ["GET", "/silences?filter=x"],
    ["POST", "/silences", {}],
    ["POST", "/silences", { ...posted, id }],
    ["GET", `/silence/${id}`],
    ["DELETE", `/silence/${id}`],
  ])("has the published form: %s %s", async (method, given, body) => {
    const route = given.replace(/\?.*/, "").replace(id, "{silenceID}");
    const answer = await request(service.url, method, given, body);
    expect(publishedFaults(method, route, answer.status, answer.body)).toEqual([]);
  });

  /** Alertmanager 0.25 answers 422 to what its document forbids, and 500 to the deletion of an unknown silence. */
  const documented = (status: number) => (status === 422 ? 400 : status === 500 ? 404 : status);

  it.each<[string, string, unknown?]>([
    ["GET", "/alerts?filter=alertname"],
    ["GET", "/alerts?filter="],
    ["GET", "/alerts?filter=%7Ba%3Db%7D"],
    ["GET", "/alerts?active=true&silenced=false&inhibited=false&unprocessed=false&receiver="],
    ["GET", "/alerts/groups?receiver=%5B"],
    ["GET", "/nothing"],
    ["PUT", "/silences"],
    ["DELETE", "/status"],
    ["GET", "/silence/x"],
    ["GET", `/silence/${id}`],
    ["DELETE", `/silence/${id}`],
    ["POST", "/silences", posted],
    ["POST", "/silences", { ...posted, id: "" }],
    ["POST", "/silences", { ...posted, id }],
    ["POST", "/silences", { ...posted, id: "x" }],
    ["POST", "/silences", { ...posted, unknown: 1 }],
    ["POST", "/silences", { ...posted, startsAt: "0001-01-01T00:00:00.000Z" }],
    ["POST", "/silences", { ...posted, startsAt: hour(-2), endsAt: hour(-1) }],
    ["POST", "/silences", { ...posted, startsAt: hour(2) }],
    ["POST", "/silences", { ...posted, matchers: [] }],
    ["POST", "/silences", { ...posted, matchers: [{ name: "a", value: "", isRegex: false }] }],
    ["POST", "/silences", { ...posted, matchers: [{ name: "a", value: "x?", isRegex: true }] }],
    ["POST", "/silences", { ...posted, matchers: [{ name: "a", value: "(", isRegex: true }] }],
    // Mutes all alerts, but later than this test.
    ["POST", "/silences", { ...later, matchers: [{ name: "a", value: "b", isRegex: false, isEqual: false }] }],
    ["POST", "/silences", { ...posted, matchers: [{ name: "a", value: "b" }] }],
    ["POST", "/silences", { ...posted, comment: undefined }],
    ["POST", "/silences", { ...posted, comment: "", createdBy: "" }],
    ["POST", "/silences", "{"],
    ["POST", "/silences", ""],
  ])("has the status of Alertmanager: %s %s %j", async (method, route, body) => {
    const [own, theirs] = await Promise.all([
      request(service.url, method, route, body),
      request(alertmanagerUrl, method, route, body),
    ]);
    expect([own.status, own.body]).toEqual([documented(theirs.status), own.body]);
    if (own.status >= 400) expect(typeof own.body).toBe("string");
  });

  it("keeps or replaces silences as Alertmanager does", async () => {
    /** What each step leaves: whether the id is the same, and the states of both silences. */
    const run = async (base: string) => {
      const results: unknown[] = [];
      const set = async (value: object) =>
        ((await request(base, "POST", "/silences", value)).body as { silenceID: string }).silenceID;
      const get = async (one: string) => (await request(base, "GET", `/silence/${one}`)).body as Silence;
      const step = async (first: object, second: (silence: Silence) => object) => {
        const before = await set({ ...posted, ...first });
        const after = await set({ ...(await get(before)), ...second(await get(before)) });
        results.push([before === after, (await get(before)).status.state, (await get(after)).status.state]);
      };
      const other = [{ name: "c", value: "d", isRegex: false, isEqual: true }];
      const pending = { startsAt: hour(1), endsAt: hour(2) };
      await step({}, () => ({}));
      await step({}, () => ({ endsAt: hour(3), comment: "longer", createdBy: "bob" }));
      await step({}, ({ startsAt }) => ({ startsAt: startsAt.replace(/\.\d+/, "") }));
      await step({}, () => ({ matchers: other }));
      await step({}, () => ({ startsAt: hour(-1) }));
      await step({}, () => pending);
      await step(pending, () => ({ startsAt: hour(3), endsAt: hour(4) }));
      await step(pending, () => ({ startsAt: hour(-1), endsAt: hour(1) }));
      await step(pending, () => ({ matchers: other }));
      const expired = await set(posted);
      await request(base, "DELETE", `/silence/${expired}`);
      results.push((await request(base, "DELETE", `/silence/${expired}`)).status);
      results.push((await set({ ...posted, id: expired })) === expired);
      return results;
    };
    expect(await run(service.url)).toEqual(await run(alertmanagerUrl));
  });
});

describe("Prometheus", () => {
  let prometheus: ChildProcess | undefined;
  afterAll(() => stopServer(prometheus));

  it("sends its alerts to the ingest URL, and shows that it did", async () => {
    const { host, pathname } = new URL(integration.ingestUrl);
    writeFileSync(
      path.join(directory, "rules.yml"),
      "groups: [{ name: shop, rules: [{ alert: Always, expr: vector(1), labels: { severity: critical } }] }]\n",
    );
    writeFileSync(
      path.join(directory, "prometheus.yml"),
      `
global: { evaluation_interval: 1s }
rule_files: [${directory}/rules.yml]
alerting:
  alertmanagers:
    - scheme: http
      path_prefix: ${pathname}
      authorization: { credentials: ${integration.secret} }
      static_configs: [{ targets: ["${host}"] }]
`,
    );
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/prometheus`,
      `--web.listen-address=127.0.0.1:${port}`,
      // It drops what it sends before it knows its Alertmanagers.
      "--rules.alert.resend-delay=2s",
    ];
    prometheus = await startServer("prometheus", args, `${url}/-/ready`);
    const read = async <T>(route: string) => (await (await fetch(url + route)).json()) as T;

    await until(async () => (await amtoolJson<Alert[]>("alert", "query", "Always")).length > 0);
    expect(await amtoolJson<Alert[]>("alert", "query", "Always")).toMatchObject([
      {
        labels: { alertname: "Always", severity: "critical", tocsin_severity: "CRITICAL" },
        status: { state: "active" },
      },
    ]);
    const { data } = await read<{ data: { activeAlertmanagers: { url: string }[]; droppedAlertmanagers: [] } }>(
      "/api/v1/alertmanagers",
    );
    expect(data).toEqual({
      activeAlertmanagers: [{ url: `${integration.ingestUrl}/api/v2/alerts` }],
      droppedAlertmanagers: [],
    });
    const rules = await read<{ data: { groups: { rules: object[] }[] } }>("/api/v1/rules");
    expect(rules.data.groups[0]?.rules).toMatchObject([{ name: "Always", state: "firing", health: "ok" }]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const of = (name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "m").exec(metrics)?.[1]);
    expect(of("prometheus_notifications_sent_total")).toBeGreaterThan(0);
    expect(of("prometheus_notifications_errors_total")).toBe(0);
  });
});
