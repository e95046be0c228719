import assert from "node:assert/strict";
import { appendFileSync, existsSync } from "node:fs";
import { Machine } from "./machine.ts";
import { codeWith } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";

const SERVICES = ["HTTP", 'disk / & "tmp"', "Flapping", "Away"];

const MAIN = (folder: string) => `
object NotificationComponent "notification" { }
object CheckerComponent "checker" { }
object ExternalCommandListener "command" {
  command_path = "${folder}/icinga.cmd"
}
object CheckCommand "nothing" {
  command = [ "/bin/true" ]
}
template Host "passive" {
  check_command = "nothing"
  enable_active_checks = false
  max_check_attempts = 1
}
template Service "passive" {
  check_command = "nothing"
  enable_active_checks = false
  max_check_attempts = 1
}
object Host "web-1" {
  import "passive"
  address = "192.0.2.10"
}
${SERVICES.map(
  (name) => `object Service ${JSON.stringify(name)} {
  import "passive"
  host_name = "web-1"
  notes_url = "https://wiki.example.com/http"
  enable_flapping = ${name === "Flapping"}
}`,
).join("\n")}
`;

export const icinga: Tool = {
  id: "icinga",
  name: "Icinga",
  provider: "icinga",
  packages: ["icinga2-bin", "curl"],
  async run(harness) {
    const source = await harness.connect("icinga", "Icinga");
    const machine = new Machine("icinga", "nagios");
    try {
      machine.write("tocsin.header", codeWith(source.setup, "X-Tocsin-Token:"), 0o600);
      const printed = codeWith(source.setup, "NotificationCommand")
        .replaceAll("/etc/icinga2/", `${machine.folder}/`)
        // A notification a second instead of every half an hour, so that repeats come soon.
        .replaceAll("interval = 30m", "interval = 1s");
      const main = machine.write("icinga2.conf", `${MAIN(machine.folder)}\n${printed}\n`);
      const directories = ["DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir"].map(
        (name) => `-D${name}=${machine.directory(name)}`,
      );
      const icinga2 = machine.start(
        "icinga2",
        ["daemon", "-c", main, ...directories, "-DRunAsUser=nagios", "-DRunAsGroup=nagios"],
        { asRoot: true },
      );
      const pipe = `${machine.folder}/icinga.cmd`;
      await until("the command pipe of Icinga", () => existsSync(pipe)).catch(() => {
        throw new Error(icinga2.output());
      });
      const send = (command: string) => appendFileSync(pipe, `[${Math.floor(Date.now() / 1000)}] ${command}\n`);
      const check = (service: string, state: number, output: string) =>
        send(`PROCESS_SERVICE_CHECK_RESULT;web-1;${service};${state};${output}`);
      const disk = SERVICES[1] ?? "";

      check("HTTP", 2, 'CRITICAL - down & "out" 100% ü');
      const http = await source.alert("HTTP is CRITICAL", ({ title }) => title === "HTTP on web-1 is CRITICAL");
      assert.equal(http.severity, "CRITICAL");
      assert.equal(http.url, "https://wiki.example.com/http");
      assert.equal(http.description, 'CRITICAL - down & "out" 100% ü');

      send("PROCESS_HOST_CHECK_RESULT;web-1;1;PING CRITICAL");
      const host = await source.alert("the host is DOWN", ({ title }) => title === "web-1 is DOWN");
      assert.equal(host.severity, "CRITICAL");
      send("PROCESS_HOST_CHECK_RESULT;web-1;0;PING OK");
      await source.alert("the host is UP", ({ id, status }) => id === host.id && status === "RESOLVED");

      check(disk, 1, "DISK WARNING - 92%");
      const warning = await source.alert("the disk is WARNING", ({ title }) => title.endsWith("is WARNING"));
      check(disk, 2, "DISK CRITICAL - 98%");
      await source.alert("the disk is CRITICAL", ({ id, severity }) => id === warning.id && severity === "CRITICAL");
      check(disk, 1, "DISK WARNING - 92%");
      await source.alert("the disk is WARNING again", ({ id, title, severity }) => {
        return id === warning.id && title.endsWith("is WARNING") && severity === "MEDIUM";
      });

      send("ACKNOWLEDGE_SVC_PROBLEM;web-1;HTTP;2;1;0;jane;it's mine & done");
      const acknowledged = await source.entry(http, "an acknowledgement", ({ type }) => type === "ACKNOWLEDGED");
      assert.equal(acknowledged.actor.name, "jane");
      assert.equal(acknowledged.note, "it's mine & done");
      send("SEND_CUSTOM_SVC_NOTIFICATION;web-1;HTTP;0;jane;disk is ordered");
      const comment = await source.entry(http, "a comment", ({ type }) => type === "NOTED");
      assert.equal(comment.note, "disk is ordered");
      check("HTTP", 0, "HTTP OK");
      await source.alert("HTTP is OK", ({ id, status }) => id === http.id && status === "RESOLVED");

      check("Flapping", 2, "CRITICAL - down");
      const flapping = await source.alert("Flapping is CRITICAL", ({ title }) => title.startsWith("Flapping"));
      for (let at = 0; at < 12; at++)
        check("Flapping", at % 2 === 0 ? 0 : 2, at % 2 === 0 ? "OK - up" : "CRITICAL - down");
      await source.delivery("FlappingStart", (body) => body.includes("notification_type=FLAPPINGSTART"));
      for (let at = 0; at < 25; at++) check("Flapping", 0, "OK - up");
      await source.delivery("FlappingEnd", (body) => body.includes("notification_type=FLAPPINGEND"));
      await until("no open alert of the flapping service", async () =>
        (await source.alerts())
          .filter(({ alertKey }) => alertKey === flapping.alertKey)
          .every(({ status }) => status === "RESOLVED"),
      );

      check("Away", 2, "CRITICAL - down");
      const away = await source.alert("Away is CRITICAL", ({ title }) => title.startsWith("Away"));
      await harness.takeDown(() => check("Away", 0, "OK - up"));
      await source.alert("Away is OK", ({ id, status }) => id === away.id && status === "RESOLVED");

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
