/** A real Prometheus scrapes the service and evaluates its alert rules; promtool checks both. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../scripts/lib/postgres.ts";
import { api, createIntegration, type Demo, flushed, send, type Service, startService } from "../support/service.ts";

const PROMETHEUS = process.env.PROMETHEUS ?? "prometheus";
const PROMTOOL = process.env.PROMTOOL ?? "promtool";
const OPERATE = path.join(import.meta.dirname, "..", "..", "docs", "operate");
const METRICS_KEY = "a-key-for-prometheus-alone";

let service: Service;
let directory: string;
let prometheus: ChildProcess | undefined;
let prometheusUrl: string;

beforeAll(async () => {
  for (const program of [PROMETHEUS, PROMTOOL]) {
    if (spawnSync(program, ["--version"]).error) {
      throw new Error(
        `${program} is not installed (Debian: apt-get install prometheus; or set PROMETHEUS and PROMTOOL)`,
      );
    }
  }
  service = await startService({ METRICS_KEY });
  directory = mkdtempSync(path.join(tmpdir(), "tocsin-prometheus-"));
});
afterAll(async () => {
  if (prometheus) {
    const ended = new Promise((resolve) => prometheus?.once("exit", resolve));
    prometheus.kill();
    await ended;
  }
  await service.stop();
  rmSync(service.stateDirectory, { recursive: true });
  rmSync(directory, { recursive: true });
});

function promtool(...given: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, given, { cwd: OPERATE, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

it("promtool accepts the alert rules, and their tests pass", () => {
  expect(promtool("check", "rules", "--lint=all", "--lint-fatal", "alerts.rules.yml")).toMatchObject({ status: 0 });
  expect(promtool("test", "rules", "alerts.rules.test.yml")).toMatchObject({ status: 0 });
});

it("promtool accepts the metrics", async () => {
  await createIntegration(service, { provider: "generic", name: 'A "name"\\with\nall of it' });
  const response = await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_KEY}` } });
  const check = spawnSync(PROMTOOL, ["check", "metrics"], { input: await response.text(), encoding: "utf8" });
  expect([check.status, check.stdout, check.stderr]).toEqual([0, "", ""]);
});

/** Waits until a query has this value. */
async function answers(query: string, value: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await response.json()) as { data?: { result: { value: [number, string] }[] } };
    if (data?.result[0]?.value[1] === value) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function startPrometheus(): Promise<void> {
  copyFileSync(path.join(OPERATE, "alerts.rules.yml"), path.join(directory, "alerts.rules.yml"));
  writeFileSync(path.join(directory, "tocsin.key"), METRICS_KEY);
  writeFileSync(
    path.join(directory, "prometheus.yml"),
    `
global:
  evaluation_interval: 1s
scrape_configs:
  - job_name: tocsin
    scrape_interval: 1s
    authorization:
      credentials_file: ${directory}/tocsin.key
    static_configs:
      - targets: [${new URL(service.url).host}]
rule_files:
  - alerts.rules.yml
`,
  );
  const port = await freePort();
  prometheusUrl = `http://127.0.0.1:${port}`;
  prometheus = spawn(
    PROMETHEUS,
    [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: directory, stdio: "ignore" },
  );
  for (;;) {
    const isReady = await fetch(`${prometheusUrl}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (prometheus.exitCode !== null) throw new Error(`prometheus ended with exit code ${prometheus.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("Prometheus scrapes the service with its key, and its alerts fire", async () => {
  await startPrometheus();
  await answers('up{job="tocsin"}', "1");
  await answers("tocsin_database_up", "1");

  const { demo } = service;
  const of = (metric: string, labels = "") => `${metric}{integration="${demo.integrationId}"${labels}}`;
  await send(demo, { id: "a", title: "a", severity: "critical" });
  await send(demo, { id: "a", title: "a", severity: "critical" });
  await answers(of("tocsin_deliveries_total", ',outcome="accepted"'), "1");
  await answers(of("tocsin_deliveries_total", ',outcome="duplicate"'), "1");
  await answers(of("tocsin_alerts", ',status="OPEN",severity="CRITICAL"'), "1");
  await answers(`${of("tocsin_outbox_rows")} * on (integration) group_left (name) tocsin_integration_info`, "0");

  const unauthenticated: Demo = { ...demo, secret: "a guess" };
  await answers(of("tocsin_deliveries_rejected_total", ',reason="verification"'), "0");
  for (let guess = 0; guess < 20; guess++) await send(unauthenticated, { title: "x" });
  await answers(of("tocsin_deliveries_rejected_total", ',reason="verification"'), "20");
  await answers('ALERTS{alertname="TocsinSignatureFailures",alertstate="firing",name="Demo"}', "1");

  await flushed(service, demo);
  const { body } = await api<{ totals: { accepted: number; duplicate: number; rejected: number } }>(
    service,
    "GET",
    "/v1/stats",
  );
  expect(body.totals).toEqual({ accepted: 1, duplicate: 1, rejected: 20 });
  const rules = await fetch(`${prometheusUrl}/api/v1/rules`);
  const { data } = (await rules.json()) as { data: { groups: { rules: { name: string; health: string }[] }[] } };
  const unhealthy = data.groups.flatMap((group) => group.rules).filter(({ health }) => health !== "ok");
  expect(unhealthy).toEqual([]);
});
