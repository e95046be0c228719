import assert from "node:assert/strict";
import { freePort } from "../../scripts/lib/postgres.ts";
import { Machine } from "./machine.ts";
import { startMetric } from "./metric.ts";
import { codeWith } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";

const rules = (name: string): string => `
groups:
  - name: tocsin
    interval: 1s
    rules:
      - alert: ${name}
        expr: temperature > 30
        labels:
          severity: critical
        annotations:
          summary: It is hot
`;

/** Prometheus without an Alertmanager: it posts its alerts to Tocsin, again and again until they end. */
export const prometheus: Tool = {
  id: "prometheus",
  name: "Prometheus, directly",
  provider: "alertmanager",
  packages: ["prometheus"],
  async run(harness) {
    const source = await harness.connect("alertmanager", "Prometheus");
    const machine = new Machine("prometheus");
    const metric = await startMetric("temperature", 20);
    try {
      machine.write("rules.yml", rules("Hot"));
      const main = machine.write(
        "prometheus.yml",
        `global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: ["${machine.folder}/rules.yml"]
scrape_configs:
  - job_name: app
    static_configs:
      - targets: ["${metric.target}"]
${codeWith(source.setup, "alertmanagers:")}
`,
      );
      const program = machine.start("prometheus", [
        `--config.file=${main}`,
        `--storage.tsdb.path=${machine.directory("data")}`,
        `--web.listen-address=127.0.0.1:${await freePort()}`,
        "--rules.alert.resend-delay=2s",
      ]);
      await until("a first scrape", () => metric.scrapes() > 0).catch(() => {
        throw new Error(program.output());
      });

      metric.set(40);
      const hot = await source.alert("Hot fires", ({ title }) => title === "It is hot");
      assert.equal(hot.severity, "CRITICAL");
      assert.match(hot.url ?? "", /^http/);
      const before = source.passed().length;
      await until("the alert again, twice", () => source.passed().length > before + 1);
      metric.set(20);
      await source.alert("Hot ends", ({ id, status }) => id === hot.id && status === "RESOLVED");

      // Up and down several times: each time its own alert, none stays.
      for (const value of [40, 20, 40, 20]) {
        const open = value > 30;
        metric.set(value);
        await until(`an alert is ${open ? "open" : "resolved"}`, async () => {
          const alerts = await source.alerts();
          return open
            ? alerts.some(({ status }) => status === "OPEN")
            : alerts.every(({ status }) => status === "RESOLVED");
        });
      }

      metric.set(40);
      const away = await source.alert("Hot fires again", ({ status }) => status === "OPEN");
      await harness.takeDown(() => metric.set(20));
      await source.alert("it ended meanwhile", ({ id, status }) => id === away.id && status === "RESOLVED");

      metric.set(40);
      const renamed = await source.alert("Hot fires once more", ({ status }) => status === "OPEN");
      machine.write("rules.yml", rules("VeryHot"));
      program.signal("SIGHUP");
      await source.alert("the rule is gone", ({ id, status }) => id === renamed.id && status === "RESOLVED");

      return {
        trigger: "CRITICAL, link",
        repeat: "one alert, renewed",
        recovery: "resolved; a deleted rule: resolved at its end",
        flapping: "an alert each time, all resolved",
        "Tocsin down for 20 s": "recovery arrived",
      };
    } finally {
      await metric.end();
      await machine.end();
    }
  },
};
