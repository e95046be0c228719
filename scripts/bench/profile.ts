/**
 * `npm run bench -- profile`: where the CPU time of workerd goes, for each delivery, at full rate and at fifty alerts a second. Writes the
 * section "Profile" of docs/benchmarks.md. Needs wrk, and perf of Linux.
 */
import path from "node:path";
import { type Target, wrk, writeRequests } from "./load.ts";
import { option } from "./options.ts";
import { sendPaced } from "./paced.ts";
import { machine, table, writeSection } from "./report.ts";
import { ACTIVITIES, shares } from "./samples.ts";
import { type System, withSystem } from "./system.ts";
import { usageOf, usagePer } from "./usage.ts";
import { run } from "../run.ts";

const SECONDS = option("seconds", 10);
const QUIET_SECONDS = option("quiet", 30);
const WARM_UP_SECONDS = 5;

interface Profile {
  name: string;
  /** CPU time of each delivery, in µs, and that of each activity. */
  total: number;
  activities: ReadonlyMap<string, number>;
}

await run(() =>
  withSystem(async (system) => {
    const one = [await system.service.integration()];
    const sixteen = await Promise.all(Array.from({ length: 16 }, () => system.service.integration()));
    const profiles: Profile[] = [];
    /** @param work returns the number of deliveries */
    const profile = async (name: string, work: () => Promise<number>) => {
      profiles.push(await profileOf(system, name, work));
      await system.service.drained([...one, ...sixteen]);
      console.log(profiles.at(-1));
    };
    await storm(system, [...one, ...sixteen], "warm-up", WARM_UP_SECONDS);
    await system.service.drained([...one, ...sixteen]);
    await profile("one integration", () => storm(system, one, "one", SECONDS));
    await profile("sixteen", () => storm(system, sixteen, "sixteen", SECONDS));
    await profile("duplicates", () => storm(system, one, "duplicates", SECONDS, { isRepeated: true }));
    await profile("wrongly signed", () => storm(system, one, "wrong", SECONDS, { isWronglySigned: true }));
    await profile("sixteen, 50 a second", async () => {
      const options = { perSecond: 50, seconds: QUIET_SECONDS, series: "quiet" };
      return (await sendPaced(system.service.port, sixteen, options)).accepted;
    });
    report(profiles);
  }),
);

async function profileOf({ directory, service }: System, name: string, work: () => Promise<number>): Promise<Profile> {
  const { pid } = service.workerd;
  const before = usageOf(pid);
  let used = { cpuSeconds: Number.NaN };
  const found = await shares(pid, directory, async () => {
    const deliveries = await work();
    used = usagePer(deliveries, before, usageOf(pid));
  });
  const total = used.cpuSeconds * 1e6;
  return { name, total, activities: new Map([...found].map(([activity, share]) => [activity, share * total])) };
}

/** @returns the number of deliveries */
async function storm(
  { directory, service }: System,
  targets: readonly Target[],
  series: string,
  seconds: number,
  options: { isRepeated?: boolean; isWronglySigned?: boolean } = {},
): Promise<number> {
  const requests = path.join(directory, series);
  const count = options.isRepeated ? 1 : seconds * 4000;
  writeRequests(requests, count, targets, series, { resolvedAfter: Number.POSITIVE_INFINITY, ...options });
  return (await wrk(service.port, requests, seconds, 64)).requests;
}

function report(profiles: readonly Profile[]): void {
  const rows = ACTIVITIES.map((activity) => [
    activity,
    ...profiles.map(({ activities }) => (activities.get(activity) ?? 0).toFixed(0)),
  ]);
  const text = `\`npm run bench -- profile\` samples the stacks of workerd with \`perf\`, with the code of the runtime and of the kernel. The table shows the
CPU time of a delivery, in µs, by activity: that of the innermost function that shows one. All that a garbage collection, a compilation
or a commit calls belongs to it. Edge, objects, Writers and Feed are one process. The flush runs meanwhile.

${machine()}

${table(["CPU time, µs a delivery", ...profiles.map(({ name }) => name)], [...rows, ["**all**", ...profiles.map(({ total }) => total.toFixed(0))]])}`;
  console.log(text);
  writeSection("Profile", text);
}
