import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { freePort } from "../../scripts/lib/postgres.ts";
import type { Harness } from "./harness.ts";
import { Machine, runWithGate } from "./machine.ts";
import { codeWith } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";

const NOTIFY = "/usr/lib/netdata/plugins.d/alarm-notify.sh";

const main = (folder: string, webPort: number, statsdPort: number): string => `
[global]
  run as user = netdata
[directories]
  config = ${folder}/etc
  log = ${folder}/log
  cache = ${folder}/cache
  lib = ${folder}/lib
  home = ${folder}/lib
[db]
  mode = ram
  update every = 1
[web]
  bind to = 127.0.0.1:${webPort}
[plugins]
  enable running new plugins = no
  proc = no
  cgroups = no
  diskspace = no
  tc = no
  idlejitter = no
  timex = no
  statsd = yes
[statsd]
  default port = ${statsdPort}
  bind to = udp:127.0.0.1:${statsdPort}
  update every (flushInterval) = 1
[health]
  run at least every seconds = 1
[ml]
  enabled = no
`;

const ALARM = `
 alarm: tocsin_temperature
    on: statsd_tocsin.temperature_gauge
lookup: max -2s unaligned
 every: 1s
 units: C
  warn: $this > 30
  crit: $this > 50
 delay: up 0 down 0
  info: temperature of the server room
    to: sysadmin
`;

export const netdata: Tool = {
  id: "netdata",
  name: "Netdata Agent",
  provider: "netdata",
  packages: ["netdata-core", "netdata-plugins-bash", "curl"],
  async run(harness) {
    const source = await harness.connect("netdata", "Netdata");
    const machine = new Machine("netdata", "netdata");
    const statsdPort = await freePort();
    const webPort = await freePort();
    const socket = createSocket("udp4");
    let celsius = 20;
    // Netdata drops a gauge that gets no value for some seconds.
    const timer = setInterval(() => socket.send(`tocsin.temperature:${celsius}|g`, statsdPort, "127.0.0.1"), 500);
    try {
      for (const name of ["etc", "etc/health.d", "log", "cache", "lib"]) machine.directory(name);
      machine.write("etc/.opt-out-from-anonymous-statistics", "");
      machine.write("etc/tocsin.header", codeWith(source.setup, "X-Tocsin-Token:"), 0o600);
      machine.write(
        "etc/health_alarm_notify.conf",
        codeWith(source.setup, "custom_sender()").replaceAll("/etc/netdata/", `${machine.folder}/etc/`),
      );
      machine.write("etc/health.d/tocsin.conf", ALARM);
      const config = machine.write("etc/netdata.conf", main(machine.folder, webPort, statsdPort));
      const program = machine.start("netdata", ["-D", "-c", config, "-P", `${machine.folder}/netdata.pid`]);
      const alarms = () =>
        fetch(`http://127.0.0.1:${webPort}/api/v1/alarms?all`).then(
          (reply) => reply.text(),
          () => "",
        );
      await until("Netdata watches the temperature", async () => (await alarms()).includes('"CLEAR"')).catch(
        async () => {
          throw new Error(`${await alarms()}\n${program.output()}`);
        },
      );

      celsius = 40;
      const hot = await source.alert("it is warm", ({ title }) => title.includes("needs attention"));
      assert.equal(hot.severity, "MEDIUM");
      assert.match(hot.url ?? "", /^http/);
      assert.equal(hot.description, "temperature of the server room");
      celsius = 60;
      await source.alert("it is hot", ({ id, severity }) => id === hot.id && severity === "CRITICAL");
      celsius = 40;
      await source.alert("it is warm again", ({ id, severity }) => id === hot.id && severity === "MEDIUM");
      celsius = 20;
      await source.alert("it is cool", ({ id, status }) => id === hot.id && status === "RESOLVED");

      for (let round = 0; round < 2; round++) {
        celsius = 60;
        await source.alert("it is hot again", ({ status }) => status === "OPEN");
        celsius = 20;
        await until("it is cool again", async () =>
          (await source.alerts()).every(({ status }) => status === "RESOLVED"),
        );
      }

      await sendTest(`${machine.folder}/etc`);
      await source.alert("the test", ({ title, status }) => title.includes("test alarm") && status === "RESOLVED");

      celsius = 60;
      const away = await source.alert("it is hot once more", ({ status }) => status === "OPEN");
      await harness.takeDown(() => {
        celsius = 20;
      });
      await source.alert("it cooled meanwhile", ({ id, status }) => id === away.id && status === "RESOLVED");

      await testOpsgenieSender(harness, machine);
      return {
        trigger: "MEDIUM or CRITICAL, link",
        repeat: "severity follows, up and down",
        recovery: "resolved",
        flapping: "an alert each time, all resolved",
        "test button": "opens and resolves",
        "Tocsin down for 20 s": "recovery arrived",
      };
    } finally {
      clearInterval(timer);
      socket.close();
      await machine.end();
    }
  },
};

/** The equivalent of the test button of other programs: `alarm-notify.sh test`, as the user netdata. */
const sendTest = (NETDATA_USER_CONFIG_DIR: string) =>
  runWithGate("setpriv", ["--reuid=netdata", "--regid=netdata", "--clear-groups", NOTIFY, "test"], {
    NETDATA_USER_CONFIG_DIR,
  });

/** An Agent that sends to Opsgenie needs only another URL and key. */
async function testOpsgenieSender(harness: Harness, machine: Machine): Promise<void> {
  const source = await harness.connect("opsgenie", "Netdata by its Opsgenie sender");
  machine.directory("opsgenie");
  machine.write(
    "opsgenie/health_alarm_notify.conf",
    `SEND_OPSGENIE="YES"\nOPSGENIE_API_KEY="${source.secret}"\nOPSGENIE_API_URL="${source.ingestUrl}"\n`,
  );
  await sendTest(`${machine.folder}/opsgenie`);
  await source.alert("the test", ({ title, status }) => title.startsWith("test_alarm") && status === "RESOLVED");
}
