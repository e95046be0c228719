/** Teams, integrations, alerts and deliveries for the tests of list queries. */
import { env } from "cloudflare:workers";
import { fc } from "@fast-check/vitest";
import type { Condition } from "../../src/alerts/conditions.ts";
import { type DeliveryStatus, SEVERITIES, STATUSES } from "../../src/alerts/model.ts";
import type { AlertRow } from "../../src/db/alerts.ts";
import { connect } from "../../src/db/client.ts";
import {
  alertTimeline,
  alerts,
  deliveryStatus,
  integrations,
  teams,
  users,
  webhookDeliveries,
} from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import type { VisibleTeams } from "../../src/lib/principal.ts";
import { HOUR, MINUTE } from "../../src/lib/time.ts";
import { createIntegration } from "../support/worker.ts";

/** After all times of other tests, which share the database: these rows come first in every list. */
const START = Date.UTC(2150, 9, 1);

/** A time range with rows of equal times. */
export const FIRST_HOURS = { since: new Date(START), until: new Date(START + 20 * HOUR) };

export const TEAM_IDS = [newId(), newId(), newId()];
export const INTEGRATION_IDS = Array.from({ length: 5 }, () => crypto.randomUUID());
const teamOf = (at: number): string | null => [TEAM_IDS[0]!, TEAM_IDS[0]!, TEAM_IDS[1]!, TEAM_IDS[2]!, null][at]!;

const WORDS = ["Disk full", "disk 100% used", "Latency", "CPU_hot", String.raw`back\slash`];
const METADATA = [
  {},
  { service: "checkout" },
  { labels: { service: "checkout", zone: "a" } },
  { tags: { service: "cart" } },
  { tags: ["service:checkout", "env:prod"] },
  { labels: { service: "checkout", replicas: 3, isCritical: true } },
];

const pick = <T>(values: readonly T[], at: number): T => values[at % values.length]!;

/** Acknowledged alerts under other names before. */
export const RENAMED_USER = { id: newId(), name: "Grace Hopper" };
export const DELETED_USER = newId();

/** An alert with the current name of who acknowledged it, as it is read. */
export const asRead = (row: AlertRow): AlertRow =>
  row.acknowledgedBy === `user:${RENAMED_USER.id}` ? { ...row, acknowledgedByName: RENAMED_USER.name } : row;

/** Alerts with many combinations of values, three of each time. */
export const alertRows: AlertRow[] = Array.from({ length: 400 }, (_, at) => {
  const integration = at % 5;
  const time = new Date(START + Math.floor(at / 3) * HOUR);
  return {
    id: newId(),
    integrationId: INTEGRATION_IDS[integration]!,
    teamId: teamOf(integration),
    alertKey: at % 3 === 0 ? null : `job-${at % 7}`,
    externalId: at % 5 === 0 ? `EXT ${at}` : null,
    title: pick(WORDS, at * 7),
    description: at % 4 === 0 ? pick(WORDS, at * 3) : null,
    severity: pick(SEVERITIES, at * 11 + (at >> 3)),
    status: pick(STATUSES, at * 13 + (at >> 2)),
    source: pick([null, "db-1", "db-10", "web_1"], at * 3),
    url: null,
    metadata: pick(METADATA, at * 5 + (at >> 4)),
    occurrences: 1,
    triggeredAt: time,
    // Several in each hour, and some of equal times.
    lastSeenAt: new Date(time.getTime() + ((at * 7) % 11) * 30 * MINUTE),
    acknowledgedAt: null,
    acknowledgedBy: pick(
      [null, `user:${RENAMED_USER.id}`, `user:${DELETED_USER}`, `api:${DELETED_USER}`, "source"],
      at,
    ),
    acknowledgedByName: pick([null, "Ada Lovelace", "ada", null, "Émile"], at),
    resolvedAt: null,
    closedAt: null,
    snoozedUntil: null,
    version: 1,
    createdAt: time,
    updatedAt: time,
  };
});

/** The columns of a decision. The record of a rejection has its reason twice, there with a note. */
function deliveryOutcome(status: DeliveryStatus, at: number) {
  if (status !== "REJECTED")
    return {
      status,
      statusCode: status === "DUPLICATE" ? 200 : 202,
      reason: `${status.toLowerCase()}: disk`,
      error: null,
    };
  const error = pick(["Missing signature.", "The signed timestamp is 100% old.", "Missing `title` at /alerts/0."], at);
  return { status, statusCode: pick([400, 401, 413], at), reason: `${error}; 3 earlier rejections`, error };
}

/** Deliveries, four of each time. Some are duplicates of number 50, some are replays of number 51. */
export const deliveryRows = Array.from({ length: 300 }, (_, at) => {
  const integration = at % 5;
  return {
    id: newId(),
    integrationId: INTEGRATION_IDS[integration]!,
    teamId: teamOf(integration),
    sequence: at,
    ...deliveryOutcome(pick(deliveryStatus.enumValues, at * 7 + (at >> 2)), at),
    idempotencyKey: at % 4 === 0 ? `key-${at % 20}` : null,
    contentFingerprint: at % 6 === 0 ? null : `${(at % 30).toString(16).padStart(2, "0")}${"f".repeat(62)}`,
    alertId: at % 3 === 0 ? pick(alertRows, at).id : null,
    duplicateOf: null as string | null,
    replayOf: null as string | null,
    events: [],
    decision: at % 7 === 0 ? { unreadableEvents: { count: 1, fault: "expected a JSON object" } } : {},
    headers: {},
    receivedAt: new Date(START + Math.floor(at / 4) * HOUR),
  };
});
for (const delivery of deliveryRows.slice(100, 150)) delivery.duplicateOf = deliveryRows[50]!.id;
for (const delivery of deliveryRows.slice(150, 160)) delivery.replayOf = deliveryRows[51]!.id;

/** The deliveries with a timeline entry of the first alert. */
export const DELIVERIES_OF_FIRST_ALERT = deliveryRows.slice(40, 60).map(({ id }) => id);

let inserted: Promise<void> | undefined;

/** Inserts all rows, once. */
export const insertFixtures = (): Promise<void> => (inserted ??= insert());

async function insert(): Promise<void> {
  const db = connect(env);
  await db.insert(teams).values(TEAM_IDS.map((id) => ({ id, name: id })));
  await createIntegration();
  const { id: _, ...template } = (await db.select().from(integrations).limit(1))[0]!;
  await db.insert(integrations).values(INTEGRATION_IDS.map((id, at) => ({ ...template, id, teamId: teamOf(at) })));
  await db.insert(users).values({ ...RENAMED_USER, email: `${RENAMED_USER.id}@example.com` });
  await db.insert(alerts).values(alertRows);
  await db.insert(webhookDeliveries).values(deliveryRows);
  await db.insert(alertTimeline).values(
    DELIVERIES_OF_FIRST_ALERT.map((deliveryId) => ({
      id: newId(),
      alertId: alertRows[0]!.id,
      deliveryId,
      type: "CREATED" as const,
      actor: "source",
      version: 1,
      status: "OPEN" as const,
      severity: "HIGH" as const,
      recordedAt: new Date(),
    })),
  );
}

/** Leaves out the rows of other tests. */
export const own = <Row extends { integrationId: string }>(list: readonly Row[]) =>
  list.filter(({ integrationId }) => INTEGRATION_IDS.includes(integrationId));

export const newestFirst = <Row extends { id: string }>(list: readonly Row[], time: (row: Row) => Date) =>
  list.toSorted((a, b) => time(b).getTime() - time(a).getTime() || (a.id < b.id ? 1 : -1));

export function isVisible(visibleTeams: VisibleTeams, row: { teamId: string | null; integrationId: string }): boolean {
  if (typeof visibleTeams === "object" && "integrationId" in visibleTeams) {
    return row.integrationId === visibleTeams.integrationId && isVisible(visibleTeams.teams, row);
  }
  return visibleTeams === "all" || (row.teamId !== null && visibleTeams.includes(row.teamId));
}

export const visibleTeamsArbitrary = fc.constantFrom<VisibleTeams>(
  "all",
  [],
  [TEAM_IDS[0]!],
  [TEAM_IDS[0]!, TEAM_IDS[2]!],
  TEAM_IDS,
  { integrationId: INTEGRATION_IDS[0]!, teams: [TEAM_IDS[0]!] },
  { integrationId: INTEGRATION_IDS[2]!, teams: [TEAM_IDS[0]!] },
  { integrationId: INTEGRATION_IDS[4]!, teams: "all" },
);
export const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
export const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
export const instants = fc.integer({ min: -2, max: 140 }).map((hour) => new Date(START + hour * HOUR));

const patterns = (...texts: string[]) =>
  fc.array(fc.record({ text: fc.constantFrom(...texts), isPrefix: fc.boolean() }), { minLength: 1, maxLength: 2 });

/** The condition that an alert contains a text. */
export const contains = (text: string): Condition => ({
  field: "text",
  patterns: [{ text, isPrefix: false }],
  isNegated: false,
});

/** Conditions that some rows meet. */
export const conditions: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({ field: fc.constant("text" as const), patterns: patterns("disk", "_", "nowhere") }),
    fc.record({
      field: fc.constant("label" as const),
      label: fc.constantFrom("service", "zone", "env", "replicas", "isCritical", "tags", "0", "__proto__"),
      patterns: patterns("checkout", "c", "prod", "3", "t", "true", "a", "nobody", ""),
    }),
    fc.record({ field: fc.constant("alertKey" as const), patterns: patterns("job-1", "job", "JOB-1", "j_b", "") }),
    fc.record({ field: fc.constant("externalId" as const), patterns: patterns("EXT 5", "EXT", "x") }),
    fc.record({ field: fc.constant("source" as const), patterns: patterns("db-1", "web_", "web%", "db") }),
    fc.record({
      field: fc.constant("acknowledgedBy" as const),
      patterns: patterns(
        `user:${DELETED_USER}`,
        RENAMED_USER.id,
        "ADA",
        "ada lovelace",
        "émile",
        `user:${RENAMED_USER.id}`,
        "source",
        "us",
        "",
      ),
    }),
    fc.record({ field: fc.constant("integrationId" as const), patterns: ids(INTEGRATION_IDS) }),
    fc.record({ field: fc.constant("teamId" as const), patterns: ids(TEAM_IDS) }),
  )
  .chain((condition) => fc.boolean().map((isNegated) => ({ ...condition, isNegated })));

function ids(values: readonly string[]) {
  return some(values).map((chosen) => chosen.map((text) => ({ text, isPrefix: false })));
}
