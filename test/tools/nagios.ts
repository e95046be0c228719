import assert from "node:assert/strict";
import { appendFileSync, existsSync } from "node:fs";
import { Machine, runToEnd } from "./machine.ts";
import { codeWith } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";

/** Nagios does not run without these. */
const MAIN = (folder: string) => `
log_file=${folder}/var/nagios.log
cfg_file=${folder}/objects.cfg
object_cache_file=${folder}/var/objects.cache
precached_object_file=${folder}/var/objects.precache
status_file=${folder}/var/status.dat
state_retention_file=${folder}/var/retention.dat
temp_file=${folder}/var/nagios.tmp
temp_path=${folder}/var
check_result_path=${folder}/var/spool
lock_file=${folder}/var/nagios.pid
command_file=${folder}/var/nagios.cmd
query_socket=${folder}/var/nagios.qh
nagios_user=nagios
nagios_group=nagios
check_external_commands=1
check_result_reaper_frequency=1
interval_length=1
enable_notifications=1
enable_flap_detection=1
low_service_flap_threshold=5.0
high_service_flap_threshold=20.0
illegal_macro_output_chars=\`~$&|'"<>
execute_service_checks=1
accept_passive_service_checks=1
accept_passive_host_checks=1
`;

const OBJECTS = `
define timeperiod {
  timeperiod_name 24x7
  alias always
  sunday 00:00-24:00
  monday 00:00-24:00
  tuesday 00:00-24:00
  wednesday 00:00-24:00
  thursday 00:00-24:00
  friday 00:00-24:00
  saturday 00:00-24:00
}
define command {
  command_name nothing
  command_line /bin/true
}
define host {
  host_name web-1
  address 192.0.2.10
  check_command nothing
  active_checks_enabled 0
  max_check_attempts 1
  check_period 24x7
  notification_period 24x7
  notification_interval 1
  notification_options d,u,r,f,s
  contacts tocsin
  notes_url https://wiki.example.com/web-1
}
${["HTTP", "Disk", "Flapping", "Away", "MSSQL$SQLEXPRESS"]
  .map(
    (name) => `define service {
  host_name web-1
  service_description ${name}
  check_command nothing
  active_checks_enabled 0
  max_check_attempts 1
  check_interval 1
  retry_interval 1
  check_period 24x7
  notification_period 24x7
  notification_interval 1
  notification_options w,u,c,r,f,s
  flap_detection_enabled ${name === "Flapping" ? 1 : 0}
  contacts tocsin
  notes_url https://wiki.example.com/http
}`,
  )
  .join("\n")}
`;

export const nagios: Tool = {
  id: "nagios",
  name: "Nagios Core",
  provider: "nagios",
  packages: ["nagios4-core", "curl"],
  async run(harness) {
    const source = await harness.connect("nagios", "Nagios");
    const machine = new Machine("nagios", "nagios");
    try {
      machine.directory("var/spool");
      machine.directory("var");
      machine.write("tocsin.header", codeWith(source.setup, "X-Tocsin-Token:"), 0o600);
      const printed = codeWith(source.setup, "define command").replaceAll("/etc/nagios/", `${machine.folder}/`);
      machine.write("objects.cfg", `${OBJECTS}\n${printed}\n`);
      const main = machine.write("nagios.cfg", MAIN(machine.folder));
      runToEnd("nagios4", ["-v", main]);
      machine.start("nagios4", [main], { asRoot: true });
      const pipe = `${machine.folder}/var/nagios.cmd`;
      await until("the command file of Nagios", () => existsSync(pipe));
      const send = (command: string) => appendFileSync(pipe, `[${Math.floor(Date.now() / 1000)}] ${command}\n`);
      const check = (service: string, state: number, output: string) =>
        send(`PROCESS_SERVICE_CHECK_RESULT;web-1;${service};${state};${output}`);

      check("HTTP", 2, "CRITICAL - it's down & out 100% ü\\nsecond line");
      const http = await source.alert("HTTP is CRITICAL", ({ title }) => title === "HTTP on web-1 is CRITICAL");
      assert.equal(http.severity, "CRITICAL");
      assert.equal(http.url, "https://wiki.example.com/http");
      assert.match(http.description ?? "", /out 100% ü\nsecond line/);

      send("PROCESS_HOST_CHECK_RESULT;web-1;1;PING CRITICAL");
      const host = await source.alert("the host is DOWN", ({ title }) => title === "web-1 is DOWN");
      assert.equal(host.severity, "CRITICAL");
      send("PROCESS_HOST_CHECK_RESULT;web-1;0;PING OK");
      await source.alert("the host is UP", ({ id, status }) => id === host.id && status === "RESOLVED");

      check("Disk", 1, "WARNING - 90% full");
      const disk = await source.alert("Disk is WARNING", ({ title }) => title === "Disk on web-1 is WARNING");
      check("Disk", 2, "CRITICAL - 98% full");
      await source.alert("Disk is CRITICAL", ({ id, severity }) => id === disk.id && severity === "CRITICAL");
      check("Disk", 1, "WARNING - 90% full");
      const back = await source.alert("Disk is WARNING again", ({ id, title, severity }) => {
        return id === disk.id && title === "Disk on web-1 is WARNING" && severity === "MEDIUM";
      });
      assert.ok(back.occurrences >= 3);

      send("ACKNOWLEDGE_SVC_PROBLEM;web-1;HTTP;2;1;0;jane;it's mine; touch /tmp/no");
      const acknowledged = await source.entry(http, "an acknowledgement", ({ type }) => type === "ACKNOWLEDGED");
      assert.equal(acknowledged.actor.name, "jane");
      assert.match(acknowledged.note ?? "", /mine/);
      send("SEND_CUSTOM_SVC_NOTIFICATION;web-1;HTTP;0;jane;disk is ordered");
      const comment = await source.entry(http, "a comment", ({ type }) => type === "NOTED");
      assert.equal(comment.note, "disk is ordered");
      check("HTTP", 0, "OK - fine");
      await source.alert("HTTP is OK", ({ id, status }) => id === http.id && status === "RESOLVED");

      check("Flapping", 2, "CRITICAL - down");
      const flapping = await source.alert("Flapping is CRITICAL", ({ title }) => title.startsWith("Flapping"));
      for (let at = 0; at < 12; at++)
        check("Flapping", at % 2 === 0 ? 0 : 2, at % 2 === 0 ? "OK - up" : "CRITICAL - down");
      await source.delivery("FLAPPINGSTART", (body) => body.includes("NOTIFICATIONTYPE=FLAPPINGSTART"));
      for (let at = 0; at < 25; at++) check("Flapping", 0, "OK - up");
      await source.delivery("FLAPPINGSTOP", (body) => body.includes("NOTIFICATIONTYPE=FLAPPINGSTOP"));
      await until("no alert of the flapping service", async () =>
        (await source.alerts())
          .filter(({ alertKey }) => alertKey === flapping.alertKey)
          .every(({ status }) => status === "RESOLVED"),
      );

      check("Away", 2, "CRITICAL - down");
      const away = await source.alert("Away is CRITICAL", ({ title }) => title.startsWith("Away"));
      await harness.takeDown(() => check("Away", 0, "OK - up"));
      await source.alert("Away is OK", ({ id, status }) => id === away.id && status === "RESOLVED");

      check("MSSQL$SQLEXPRESS", 2, "CRITICAL - stopped");
      const sql = await source.alert("a service with a dollar sign", ({ title }) =>
        title.startsWith("MSSQL$SQLEXPRESS"),
      );
      check("MSSQL$SQLEXPRESS", 0, "OK - started");
      await source.alert("it is OK", ({ id, status }) => id === sql.id && status === "RESOLVED");

      return {
        trigger: "CRITICAL; host down: CRITICAL",
        repeat: "title and severity follow, up and down",
        acknowledge: "by whom and why",
        comment: "timeline entry",
        recovery: "resolved",
        flapping: "resolved when it ends OK",
        "Tocsin down for 20 s": "recovery arrived",
      };
    } finally {
      await machine.end();
    }
  },
};
