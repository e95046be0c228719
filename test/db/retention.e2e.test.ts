/** Retention while another connection has the same rows locked, on a real PostgreSQL. */
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migratePostgres } from "../../scripts/database.ts";
import { postgresBackend, serveNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import type { DatabaseSettings } from "../../src/db/client.ts";
import { deleteAlerts, deleteDeliveries } from "../../src/db/retention.ts";
import { runSteps, type Step } from "../../src/db/steps.ts";
import { startPostgres } from "../../scripts/lib/postgres.ts";

const INTEGRATION = "00000000-0000-4000-8000-000000000001";
const RANGE = { from: new Date(0), before: new Date() };
const stops: (() => Promise<unknown>)[] = [];
let env: DatabaseSettings;
let other: pg.Client;

beforeAll(async () => {
  const postgres = await startPostgres();
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.url);
  const backend = postgresBackend(postgres.url);
  const endpoint = await serveNeonEndpoint(backend, postgres.url);
  stops.push(async () => {
    await endpoint.close();
    await backend.close();
  });
  env = {
    DATABASE_URL: postgres.url.replace(/@[^/]+/, "@db.localtest.me"),
    NEON_ENDPOINT: endpoint.url,
  };
  other = new pg.Client(postgres.url);
  await other.connect();
  stops.push(() => other.end());
  await other.query(
    `insert into integrations (id, name, provider, verification, secret_ciphertext, secret_key_id) values ($1, 'x', 'generic', '{}', '', '')`,
    [INTEGRATION],
  );
});

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** @returns how many rows a job deleted */
async function countOf(step: Step): Promise<number | undefined> {
  const { counts, errors, left } = await runSteps(env, [step], 0);
  expect([errors, left]).toEqual([{}, []]);
  return counts[step.job];
}

it("skips an alert that is being reopened, and keeps it afterwards", async () => {
  await other.query(
    `insert into alerts (id, integration_id, title, severity, status, triggered_at, last_seen_at, version, updated_at)
      select gen_random_uuid(), $1, title, 'HIGH', 'RESOLVED', now() - interval '2 years', now(), 1, now() - interval '1 year'
      from unnest(array['stays', 'goes']) as title`,
    [INTEGRATION],
  );
  await other.query(`insert into alert_timeline (id, alert_id, type, actor, version, status, severity, recorded_at)
    select gen_random_uuid(), id, 'CREATED', 'source', 1, 'OPEN', 'HIGH', now() from alerts`);
  await other.query("begin");
  await other.query("update alerts set status = 'OPEN', version = 2, updated_at = now() where title = 'stays'");
  expect(await countOf(deleteAlerts(RANGE, 10))).toBe(1);
  await other.query("commit");
  expect(await countOf(deleteAlerts(RANGE, 10))).toBe(0);
  const { rows } =
    await other.query(`select title, (select count(*)::int from alert_timeline where alert_id = alerts.id) as entries,
    (select count(*)::int from alert_timeline) as all_entries from alerts`);
  expect(rows).toEqual([{ title: "stays", entries: 1, all_entries: 1 }]);
});

it("skips deliveries that another transaction has locked", async () => {
  await other.query(
    `insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision, headers, received_at)
      select gen_random_uuid(), $1, n, 'ACCEPTED', 202, '[]', '{}', '{}', now() - interval '1 year' from generate_series(1, 5) n`,
    [INTEGRATION],
  );
  await other.query("begin");
  await other.query("update webhook_deliveries set team_id = null where sequence <= 2");
  expect(await countOf(deleteDeliveries(RANGE, 10))).toBe(3);
  await other.query("rollback");
  expect(await countOf(deleteDeliveries(RANGE, 10))).toBe(2);
});
