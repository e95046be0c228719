import assert from "node:assert/strict";
import { freePort } from "../../scripts/lib/postgres.ts";
import type { Harness } from "./harness.ts";
import { Machine } from "./machine.ts";
import { codeWith } from "./steps.ts";
import type { Results, Tool } from "./tool.ts";
import { until } from "./wait.ts";

const ROUTE = `
route:
  receiver: tocsin
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 2s
`;

/** Alertmanager with one of its receivers. */
const alertmanager = (receiver: string, provider: string): Tool => ({
  id: `alertmanager-${receiver}`,
  name: `Alertmanager, \`${receiver}_configs\``,
  provider,
  packages: ["prometheus-alertmanager"],
  run: (harness) => runReceiver(harness, receiver, provider),
});

async function runReceiver(harness: Harness, receiver: string, provider: string): Promise<Results> {
  const source = await harness.connect(provider, `Alertmanager ${receiver}`);
  const machine = new Machine("alertmanager");
  try {
    const main = machine.write("alertmanager.yml", `${ROUTE}\n${codeWith(source.setup, `${receiver}_configs:`)}\n`);
    const url = `http://127.0.0.1:${await freePort()}`;
    const program = machine.start("prometheus-alertmanager", [
      `--config.file=${main}`,
      `--storage.path=${machine.directory("data")}`,
      `--web.listen-address=${new URL(url).host}`,
      "--cluster.listen-address=",
    ]);
    await until("Alertmanager is ready", () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    ).catch(() => {
      throw new Error(program.output());
    });
    const post = async (alertname: string, endsAt?: Date) => {
      const body = [
        {
          labels: { alertname, severity: "critical", instance: "db-1" },
          annotations: { summary: `${alertname} on db-1` },
          generatorURL: "http://prometheus.example.com/graph",
          ...(endsAt && { endsAt: endsAt.toISOString() }),
        },
      ];
      const { status } = await fetch(`${url}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      assert.equal(status, 200);
    };
    const fire = (alertname: string) => post(alertname);
    const end = (alertname: string) => post(alertname, new Date());

    await fire("DiskFull");
    const disk = await source.alert("DiskFull fires", ({ title }) => title.includes("DiskFull"));
    assert.equal(disk.severity, "CRITICAL");
    assert.match(disk.url ?? "", /^http/);
    const before = source.passed().length;
    await until("the alert again", () => source.passed().length > before + 1);
    assert.equal((await source.alerts()).length, 1);
    await end("DiskFull");
    await source.alert("DiskFull ends", ({ id, status }) => id === disk.id && status === "RESOLVED");

    for (let round = 0; round < 2; round++) {
      await fire("DiskFull");
      await source.alert("DiskFull fires again", ({ status }) => status === "OPEN");
      await end("DiskFull");
      await until("no open alert", async () => (await source.alerts()).every(({ status }) => status === "RESOLVED"));
    }
    assert.equal((await source.alerts()).length, 3);

    await fire("Away");
    const away = await source.alert("Away fires", ({ status }) => status === "OPEN");
    await harness.takeDown(() => end("Away"));
    await source.alert("Away ended meanwhile", ({ id, status }) => id === away.id && status === "RESOLVED");

    return {
      trigger: "CRITICAL, link",
      repeat: "one alert",
      recovery: "resolved",
      flapping: "an alert each time, all resolved",
      "Tocsin down for 20 s": "recovery arrived",
    };
  } finally {
    await machine.end();
  }
}

export const webhook = alertmanager("webhook", "alertmanager");
export const pagerduty = alertmanager("pagerduty", "pagerduty");
export const opsgenie = alertmanager("opsgenie", "opsgenie");
