/**
 * `npm run test:upgrade`: the life of a deployment. The latest release is installed and takes deliveries; it is upgraded to what
 * is here under load, with Postgres down for part of it; both versions run side by side; it is rolled back and upgraded again;
 * old deliveries expire. Whatever senders were told is held against Postgres, as `npm run test:faults` does. Linux.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migratePostgres } from "./database.ts";
import { check } from "./faults/check.ts";
import { answered } from "./faults/faults.ts";
import { emptied, heardOut } from "./faults/inflict.ts";
import { startLoad } from "./faults/load.ts";
import { startWorld, type World } from "./faults/world.ts";
import { releaseBefore, unpackRelease } from "./releases.ts";
import { Failure, run } from "./run.ts";
import { buildBundle } from "./workerd.ts";

const seed = Number(
  process.argv.find((argument) => argument.startsWith("--seed="))?.slice(7) ?? Date.now() % 1_000_000,
);

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-upgrade-"));
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const release = releaseBefore(version);
  console.log(`From ${release.version} to ${version}, seed ${seed}`);
  const { bundle: old, migrationsFolder } = unpackRelease(release, path.join(directory, "release"));
  const present = buildBundle(path.join(directory, "present"));
  const world = await startWorld(present, old, { versions: "only the other", migrationsFolder });
  try {
    await live(world);
  } finally {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

async function live(world: World): Promise<void> {
  const targets = await world.newTargets(3);
  const load = startLoad(targets, world.urls, seed);
  const step = async (what: string, work: () => Promise<unknown>, deliveries = 150) => {
    await work();
    await answered(load, deliveries);
    console.log(`- ${what}`);
  };
  try {
    await step("the release takes deliveries", async () => {});
    await step("its Postgres is lost", () => world.postgres.halt());
    await step("and comes back", () => world.postgres.resume());
    await step("the migrations are applied under the release", () => migratePostgres(world.postgres.url));
    await step("Postgres is lost again", () => world.postgres.halt());
    await step("the present version starts on the objects as they are", () => world.restart("one"));
    await step("Postgres comes back", () => world.postgres.resume());
    await step("the release answers beside it, on its objects", () => world.restart("objects in this"));
    await step("it answers beside the release, on the release's", () => world.restart("objects in the other"));
    await step("it is rolled back", () => world.restart("only the other"));
    await step("and upgraded for good", () => world.restart("one"));
  } finally {
    await load.stop();
  }
  await emptied(world, targets, seed);
  const { acknowledged, lost, doubled, wrong } = await world.withClient((client) => check(client, targets, load));
  console.log(`- ${acknowledged} acknowledged: ${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong`);
  report([...lost, ...doubled, ...wrong]);
  await subscribes(world);
  await expires(world);
}

/** What came with the present version works on what the release left. */
async function subscribes(world: World): Promise<void> {
  await world.subscribe();
  const targets = await world.newTargets(2);
  const load = startLoad(targets, world.urls, seed + 1);
  try {
    await answered(load, 150);
  } finally {
    await load.stop();
  }
  await emptied(world, targets, seed);
  const told = await heardOut(world, targets, true);
  report([...told.lost, ...told.wrong]);
  console.log(`- a subscriber is told of ${world.subscriber.taken().ids.length} changes`);
}

/** Half of the deliveries are old: those go, and no alert with them. */
async function expires(world: World): Promise<void> {
  const count = async (table: string) =>
    Number((await world.sql<{ count: string }>(`select count(*) from ${table}`))[0]?.count);
  const alerts = await count("alerts");
  await world.sql(
    `update webhook_deliveries set received_at = received_at - interval '91 days'
     where id in (select id from webhook_deliveries order by id limit (select count(*) / 2 from webhook_deliveries))`,
  );
  const before = await count("webhook_deliveries");
  await world.cron();
  const after = await count("webhook_deliveries");
  if (after !== Math.ceil(before / 2)) report([`of ${before} deliveries ${after} are left`]);
  if ((await count("alerts")) !== alerts) report(["alerts are gone with their deliveries"]);
  console.log(`- of ${before} deliveries ${before - after} expire, and no alert with them`);
}

function report(found: readonly string[]): void {
  if (found.length > 0)
    throw new Failure(["", ...found.slice(0, 20), `${found.length} in all, seed ${seed}`].join("\n"));
}
