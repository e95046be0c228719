/**
 * `npm run bench -- profile`: where the time of the JavaScript thread goes, sampled by V8 through the inspector of workerd, at full rate and at
 * fifty alerts a second. Builds the bundle with the names of its functions. Writes the section "Profile" of docs/benchmarks.md. Needs wrk.
 */
import path from "node:path";
import { freePort } from "../lib/postgres.ts";
import { profileOf, selfTimes, type Time } from "./inspector.ts";
import { type Target, wrk, writeRequests } from "./load.ts";
import { option } from "./options.ts";
import { sendPaced } from "./paced.ts";
import { machine, table, writeSection } from "./report.ts";
import { type System, withSystem } from "./system.ts";
import { run } from "../run.ts";

const SECONDS = option("seconds", 10);
const QUIET_SECONDS = option("quiet", 30);
/** Functions that are listed. */
const TOP = option("top", 10);

type Profiles = Record<string, { functions: Time[]; parts: Time[] }>;

const inspector = `127.0.0.1:${await freePort()}`;

await run(() =>
  withSystem(
    async (system) => {
      const one = [await system.service.integration()];
      const sixteen = await Promise.all(Array.from({ length: 16 }, () => system.service.integration()));
      const profiles: Profiles = {};
      const profile = async (name: string, work: () => Promise<unknown>) => {
        profiles[name] = selfTimes(await profileOf(inspector, work), system.bundle);
        await system.service.drained([...one, ...sixteen]);
        console.log(`\n${name}\n${list(profiles[name].parts)}\n${list(profiles[name].functions)}`);
      };
      await storm(system, [...one, ...sixteen], "warm-up", 3);
      await profile("one integration, full rate", () => storm(system, one, "one", SECONDS));
      await profile("sixteen integrations, full rate", () => storm(system, sixteen, "sixteen", SECONDS));
      await profile("duplicates", () => storm(system, one, "duplicates", SECONDS, { isRepeated: true }));
      await profile("wrongly signed", () => storm(system, one, "wrong", SECONDS, { isWronglySigned: true }));
      await profile("sixteen integrations, 50 a second", () =>
        sendPaced(system.service.port, sixteen, { perSecond: 50, seconds: QUIET_SECONDS, series: "quiet" }),
      );
      report(profiles);
    },
    { inspector },
  ),
);

function storm(
  { directory, service }: System,
  targets: readonly Target[],
  series: string,
  seconds: number,
  options: { isRepeated?: boolean; isWronglySigned?: boolean } = {},
): Promise<unknown> {
  const requests = path.join(directory, series);
  const count = options.isRepeated ? 1 : seconds * 4000;
  writeRequests(requests, count, targets, series, { resolvedAfter: Number.POSITIVE_INFINITY, ...options });
  return wrk(service.port, requests, seconds, 64);
}

function list(times: readonly Time[]): string {
  return times
    .slice(0, 2 * TOP)
    .map(({ name, share }) => `${percent(share).padStart(7)}  ${name}`)
    .join("\n");
}

function report(profiles: Profiles): void {
  const listed = Object.entries(profiles).map(
    ([name, { parts, functions }]) => `${name[0]?.toUpperCase()}${name.slice(1)}:

${timesTable("part of the code", parts)}

${timesTable("function", functions)}`,
  );
  const text = `\`npm run bench -- profile\` samples the JavaScript thread of workerd: the share of the time that each function runs itself, without those that
it calls. \`(program)\` is native code outside of JavaScript: HTTP, RPC, cryptography, commits; \`(idle)\` waits, also for the disk.

${machine()}

${listed.join("\n\n")}`;
  writeSection("Profile", text);
}

function timesTable(head: string, times: readonly Time[]): string {
  return table(
    [head, "share"],
    times.slice(0, TOP).map(({ name, share }) => [`\`${name}\``, percent(share)]),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
