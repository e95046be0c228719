import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { Machine, runToEnd } from "./machine.ts";
import { codeWith } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";

/** A check of a file that runs the script when the file is gone, again while it is, and when it is back. */
const check = (name: string, folder: string): string => `
check file ${name} with path ${folder}/${name}
  if does not exist then exec "${folder}/notify.sh open" repeat every 2 cycles
  else if succeeded then exec "${folder}/notify.sh resolved"
`;

/** Monit has no webhook: it runs the script of the setup steps of generic JSON, which signs. */
export const monit: Tool = {
  id: "monit",
  name: "Monit",
  provider: "generic",
  packages: ["monit", "curl", "python3"],
  async run(harness) {
    const source = await harness.connect("generic", "Monit");
    const machine = new Machine("monit");
    try {
      const body = String.raw`body="{\"id\":\"$MONIT_HOST/$MONIT_SERVICE\",\"title\":\"$MONIT_SERVICE: $MONIT_DESCRIPTION\",\"severity\":\"high\",\"status\":\"$1\",\"host\":\"$MONIT_HOST\"}"`;
      const script = codeWith(source.setup, "curl").replace(/^body=.*$/m, () => body);
      assert.ok(script.includes("MONIT_SERVICE"));
      machine.write("notify.sh", `#!/bin/bash\ncd ${machine.folder}\n${script}\n`, 0o755);
      const files = ["web", "away"];
      for (const file of files) machine.write(file, "here");
      const main = machine.write(
        "monitrc",
        `set daemon 1
set pidfile ${machine.folder}/monit.pid
set statefile ${machine.folder}/monit.state
set idfile ${machine.folder}/monit.id
set logfile ${machine.folder}/monit.log
${files.map((file) => check(file, machine.folder)).join("\n")}
`,
        0o600,
      );
      const program = machine.start("monit", ["-I", "-c", main]);
      const remove = (file: string) => rmSync(`${machine.folder}/${file}`);
      const bringBack = (file: string) => machine.write(file, "here");
      await until("Monit runs", () =>
        runToEnd("bash", ["-c", `cat ${machine.folder}/monit.log || true`]).includes("monit"),
      ).catch(() => {
        throw new Error(program.output());
      });

      remove("web");
      const web = await source.alert("web is gone", ({ title }) => title.startsWith("web:"));
      assert.equal(web.severity, "HIGH");
      const before = source.passed().length;
      await source.delivery("the alert again", (text) => text.includes('"open"'), before);
      assert.equal((await source.alerts()).length, 1);
      bringBack("web");
      await source.alert("web is back", ({ id, status }) => id === web.id && status === "RESOLVED");

      for (let round = 0; round < 2; round++) {
        remove("web");
        await source.alert("web is gone again", ({ status }) => status === "OPEN");
        bringBack("web");
        await until("web is back again", async () =>
          (await source.alerts()).every(({ status }) => status === "RESOLVED"),
        );
      }

      remove("away");
      const away = await source.alert(
        "away is gone",
        ({ title, status }) => title.startsWith("away:") && status === "OPEN",
      );
      await harness.takeDown(() => void bringBack("away"));
      await source.alert("away is back", ({ id, status }) => id === away.id && status === "RESOLVED");

      return {
        trigger: "HIGH",
        repeat: "duplicate",
        recovery: "resolved",
        flapping: "an alert each time, all resolved",
        "Tocsin down for 20 s": "recovery arrived",
      };
    } finally {
      await machine.end();
    }
  },
};
