/** Lists of the Alertmanager API that do not fit into one page, or into memory. */
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { ask, withDatabase } from "../../support/worker.ts";
import { am, type GettableAlert, newIntegration, newTeam, type Team } from "./fixtures.ts";

/** More than two pages. */
const COUNT = 450;

/** Characters of an annotation: all alerts together are more than the groups keep in memory. */
const LONG = 50_000;

let team: Team;
beforeAll(async () => {
  team = await newTeam("Long lists");
  const { id } = await newIntegration(team, "alertmanager");
  await connect(env)
    .execute(sql`insert into alerts (id, integration_id, team_id, title, severity, status, triggered_at, last_seen_at, version, metadata)
    select gen_random_uuid(), ${id}::uuid, ${team.id}::uuid, 'alert ' || n, 'HIGH', 'OPEN',
      timestamptz '2026-10-01' + n / 3 * interval '1 minute', now(), 1,
      jsonb_build_object('labels', jsonb_build_object('alertname', 'Long' || n % 2, 'n', n),
        'annotations', jsonb_build_object('text', repeat('x', ${LONG})))
    from generate_series(1, ${COUNT}) n`);
});

const numbersOf = (alerts: GettableAlert[]) => alerts.map(({ labels }) => Number(labels.n)).toSorted((a, b) => a - b);
const all = Array.from({ length: COUNT }, (_, index) => index + 1);

const read = (route: string) => ask(`/api/v2${route}`, { authorization: `Bearer ${team.key}` });

/** Reads until the end. */
async function drain(reader: ReadableStreamDefaultReader): Promise<void> {
  while (!(await reader.read()).done);
}

describe("a long list of alerts", () => {
  it("has each alert once", async () => {
    expect(numbersOf((await am<GettableAlert[]>(team, "GET", "/alerts")).body)).toEqual(all);
  });

  it("has each alert once in its groups", async () => {
    const { body } = await am<{ alerts: GettableAlert[] }[]>(team, "GET", "/alerts/groups");
    expect(body).toHaveLength(2);
    expect(numbersOf(body.flatMap(({ alerts }) => alerts))).toEqual(all);
    expect(body.every(({ alerts }) => alerts.every(({ annotations }) => annotations.text?.length === LONG))).toBe(true);
  });

  it.each(["/alerts", "/alerts/groups"])(
    "breaks off when Postgres does, and is 503 from the start: %s",
    async (route) => {
      const logged = vi.spyOn(console, "error").mockReturnValue();
      const reader = (await read(route)).body!.getReader();
      expect((await reader.read()).done).toBe(false);
      await withDatabase("down", async () => {
        await expect(drain(reader)).rejects.toThrow();
        const { status, body } = await am<string>(team, "GET", route);
        expect([status, typeof body]).toEqual([503, "string"]);
      });
      expect(JSON.stringify(logged.mock.calls)).toContain("list interrupted");
      logged.mockRestore();
    },
  );

  it("breaks off when the key is revoked", async () => {
    const reader = (await read("/alerts")).body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await connect(env).execute(sql`update api_keys set revoked_at = now() where team_id = ${team.id}::uuid`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    try {
      await expect(drain(reader)).rejects.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });
});
