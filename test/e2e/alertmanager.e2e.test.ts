/** A real Prometheus Alertmanager sends to the service: through its webhook, and through its PagerDuty receiver. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../scripts/lib/postgres.ts";
import { createIntegration, type Demo, listStored } from "../support/service.ts";
import { sharedService } from "../support/shared-service.ts";

const PROGRAM = process.env.ALERTMANAGER ?? "prometheus-alertmanager";
const ALERTS = 25;

interface Alert {
  id: string;
  title: string;
  severity: string;
  status: string;
  alertKey: string;
  metadata: { labels: Record<string, string> };
}

interface Delivery {
  status: string;
  contentType: string;
  headers: Record<string, string>;
}

const service = await sharedService();
let integration: Demo;
let pagerduty: Demo;
let alertmanager: ChildProcess;
let directory: string;
let alertmanagerUrl: string;

beforeAll(async () => {
  if (spawnSync(PROGRAM, ["--version"]).error) {
    throw new Error(
      `${PROGRAM} is not installed (Debian: apt-get install prometheus-alertmanager; or set ALERTMANAGER)`,
    );
  }
  // No dedup window, so that Alertmanager's repeats are separate deliveries.
  integration = await createIntegration(service, { provider: "alertmanager", deduplicationWindowMinutes: 0 });
  pagerduty = await createIntegration(service, { provider: "pagerduty" });
  directory = mkdtempSync(path.join(tmpdir(), "tocsin-alertmanager-"));
  const config = `
route:
  receiver: tocsin
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 1s
receivers:
  - name: tocsin
    webhook_configs:
      - url: ${integration.ingestUrl}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: ${integration.secret}
    pagerduty_configs:
      - url: ${pagerduty.ingestUrl}/v2/enqueue
        routing_key: ${pagerduty.secret}
        severity: critical
`;
  writeFileSync(path.join(directory, "alertmanager.yml"), config);
  const port = await freePort();
  alertmanagerUrl = `http://127.0.0.1:${port}`;
  alertmanager = spawn(
    PROGRAM,
    [
      `--config.file=${directory}/alertmanager.yml`,
      `--storage.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  await until(() =>
    fetch(`${alertmanagerUrl}/-/ready`).then(
      (response) => response.ok,
      () => false,
    ),
  );
});

afterAll(async () => {
  const ended = new Promise((resolve) => alertmanager?.once("exit", resolve));
  if (alertmanager?.kill()) await ended;
  if (directory) rmSync(directory, { recursive: true, force: true });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const firstStart = Date.now() - 60_000;

/** Posts alerts to Alertmanager as Prometheus does: firing, or resolved just now. */
async function post(state: "firing" | "resolved", count = ALERTS, startsAt = firstStart): Promise<void> {
  const now = Date.now();
  const alerts = Array.from({ length: count }, (_, i) => ({
    labels: { alertname: `Check${i % 3}`, instance: `host-${i}`, severity: i % 2 ? "critical" : "warning" },
    annotations: { summary: `Check ${i % 3} failed on host-${i}` },
    startsAt: new Date(startsAt).toISOString(),
    ...(state === "resolved" && { endsAt: new Date(now).toISOString() }),
    generatorURL: "http://prometheus.test/graph",
  }));
  const response = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts),
  });
  if (!response.ok) throw new Error(`alertmanager: ${response.status}`);
}

const alerts = () => listStored<Alert>(service, "alerts", integration);
const incidents = () => listStored<Alert>(service, "alerts", pagerduty);
const deliveries = () => listStored<Delivery>(service, "deliveries", integration);

it("Alertmanager opens each alert once despite its repeats, and resolves it", async () => {
  await post("firing");
  await until(async () => (await alerts()).length >= ALERTS);
  // Alertmanager repeats every group at its repeat interval.
  const sentOnce = (await deliveries()).length;
  await until(async () => (await deliveries()).length >= sentOnce + 6);
  const firing = await alerts();
  expect(firing).toHaveLength(ALERTS);
  expect(new Set(firing.map((alert) => alert.status))).toEqual(new Set(["OPEN"]));
  expect(firing.map((alert) => alert.title).toSorted()).toEqual(
    Array.from({ length: ALERTS }, (_, i) => `Check ${i % 3} failed on host-${i}`).toSorted(),
  );
  expect(new Set(firing.map((alert) => alert.severity))).toEqual(new Set(["CRITICAL", "MEDIUM"]));

  // Its PagerDuty receiver sends one incident a group.
  await until(async () => (await incidents()).length >= 3);
  const open = { status: "OPEN", severity: "CRITICAL" };
  expect(await incidents()).toMatchObject([open, open, open]);

  await post("resolved");
  await until(async () => (await incidents()).every((incident) => incident.status === "RESOLVED"));
  expect(await incidents()).toHaveLength(3);
  await until(async () => (await alerts()).every((alert) => alert.status === "RESOLVED"));
  expect((await alerts()).map((alert) => alert.id).toSorted()).toEqual(firing.map((alert) => alert.id).toSorted());

  // A new episode of one of them.
  await post("firing", 1, Date.now());
  await until(async () => (await alerts()).length > ALERTS);
  expect((await alerts()).filter((alert) => alert.status === "OPEN")).toHaveLength(1);
  for (const delivery of await deliveries()) {
    expect(delivery).toMatchObject({ status: "ACCEPTED", headers: { authorization: "[redacted]" } });
    expect(delivery.headers["user-agent"]).toMatch(/^Alertmanager\//);
  }
});
