/**
 * Connects real monitoring programs to Tocsin, and writes docs/providers/tools.md. Names of tools as arguments: only these, and
 * nothing is written. Needs Debian or Ubuntu, and root to install what is missing.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Failure, run } from "../../scripts/run.ts";
import { Harness } from "./harness.ts";
import { install } from "./machine.ts";
import { opsgenie, pagerduty, webhook } from "./alertmanager.ts";
import { icinga } from "./icinga.ts";
import { monit } from "./monit.ts";
import { nagios } from "./nagios.ts";
import { netdata } from "./netdata.ts";
import { prometheus } from "./prometheus.ts";
import { page } from "./table.ts";
import { zabbix } from "./zabbix.ts";
import type { Results, Tool } from "./tool.ts";

const TOOLS: readonly Tool[] = [nagios, icinga, zabbix, prometheus, webhook, pagerduty, opsgenie, netdata, monit];
const PAGE = path.join(import.meta.dirname, "../../docs/providers/tools.md");

await run(async () => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !TOOLS.some(({ id }) => id === name));
  if (unknown.length > 0)
    throw new Failure(`Unknown tool ${unknown.join(", ")}. Use ${TOOLS.map(({ id }) => id).join(", ")}.`);
  const tools = TOOLS.filter(({ id }) => names.length === 0 || names.includes(id));
  install([...new Set(tools.flatMap(({ packages }) => packages))]);
  const harness = await Harness.start();
  const results = new Map<Tool, Results>();
  const failures: string[] = [];
  try {
    for (const tool of tools) {
      console.log(`${tool.name} …`);
      try {
        results.set(tool, await tool.run(harness));
        console.log(`${tool.name}: right`);
      } catch (error) {
        failures.push(tool.name);
        console.error(`${tool.name}:`, error);
      }
    }
  } finally {
    await harness.end();
  }
  if (failures.length > 0) throw new Failure(`Wrong: ${failures.join(", ")}`);
  if (names.length === 0) writeFileSync(PAGE, page(results));
});
