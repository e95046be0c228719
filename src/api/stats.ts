import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isUnavailable, safeMessage } from "../db/errors.ts";
import { type OutcomeCounts, readStats, type StatsFilter } from "../db/stats.ts";
import type { OutboxStatus } from "../objects/integration/rpc.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { log } from "../lib/log.ts";
import { includes, narrow, type VisibleTeams } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { DAY, HOUR, MINUTE, SECOND, toIso } from "../lib/time.ts";
import { nullable } from "./components.ts";
import { outboxSchema, toOutbox } from "./integrations/health.ts";
import { type ObjectOwner, sumOutboxes } from "./integrations/call-objects.ts";
import { readReports, type Reports, statesOf } from "./object-reports.ts";
import { database } from "./request-scope.ts";
import { requireScope } from "./require-scope.ts";
import { instant, sinceUntil } from "./pagination.ts";
import { commonProblems } from "./problems.ts";
import { CALLS_MS, type TimeLimits, withinMs } from "./time-limit.ts";
import { formatNumber } from "../lib/text.ts";

const INTERVALS = { minute: MINUTE, hour: HOUR, day: DAY } as const;
const MAX_INTERVALS = 1500;

/** Maximum number of integrations in the sum. */
const MAX_INTEGRATIONS = 1000;

/** Maximum number of integration objects that a request asks because they have not reported. */
const MAX_CALLS = 200;

const MAX_BEHIND = 20;
const MAX_TOP_KEYS = 10;

const outcomes = {
  accepted: z.int(),
  duplicate: z.int(),
  rejected: z
    .int()
    .openapi({ description: "Rejected deliveries with a row. Only a bounded number of unverified ones has a row" }),
};

const statsSchema = z
  .object({
    since: instant,
    until: instant,
    interval: z.enum(["minute", "hour", "day"]),
    deliveries: z
      .array(z.object({ at: instant.openapi({ description: "Start of the interval" }), ...outcomes }))
      .nullable()
      .openapi({
        description:
          "Every interval, oldest first. Deliveries that are not yet in Postgres are not counted; null: Postgres does not respond",
      }),
    totals: nullable(z.object(outcomes)).openapi({ description: "Sums; null: Postgres does not respond" }),
    topAlertKeys: z
      .array(
        z.object({
          integrationId: z.uuid(),
          alertKey: z.string().nullable(),
          alertId: z.uuid().openapi({ description: "Latest alert with this key" }),
          title: z.string().openapi({ description: "Title of the latest alert" }),
          alerts: z.int(),
          occurrences: z.int(),
        }),
      )
      .nullable()
      .openapi({
        description: `The ${MAX_TOP_KEYS} alert keys with the most occurrences, of alerts triggered in this time range; null: Postgres does not respond`,
      }),
    mutedAlerts: nullable(z.object({ count: z.int(), isAtLeast: z.boolean() })).openapi({
      description:
        "Unresolved alerts that are muted now, whenever they were triggered; null: Postgres does not respond",
    }),
    outbox: outboxSchema.extend({
      isPartial: z.boolean().openapi({
        description: `True when some integrations may be missing: an object or Postgres did not respond, or there are more than ${formatNumber(MAX_INTEGRATIONS)}`,
      }),
    }),
    behind: z.array(outboxSchema.extend({ integrationId: z.uuid() })).openapi({
      description: `Integrations with rows that wait for Postgres or are quarantined, longest wait first; at most ${MAX_BEHIND}`,
    }),
    missedHeartbeats: z.array(z.uuid()).openapi({
      description: `Integrations from which an expected heartbeat did not arrive; at most ${MAX_BEHIND}`,
    }),
  })
  .openapi("Stats");

const route = createRoute({
  method: "get",
  path: "/v1/stats",
  operationId: "getStats",
  tags: ["deliveries"],
  summary: "Get Statistics",
  description:
    "Returns deliveries by outcome over time, the alert keys with the most occurrences, the rows that wait for Postgres, and missed " +
    "heartbeats. While Postgres does not respond, it returns the last two only.",
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({
      integrationId: z.uuid().optional().openapi({ description: "Only this integration" }),
      teamId: z.uuid().optional().openapi({ description: "Only this team" }),
      interval: z
        .enum(["minute", "hour", "day"])
        .default("hour")
        .openapi({ description: `Length of an interval; at most ${formatNumber(MAX_INTERVALS)} intervals` }),
      ...sinceUntil("Received"),
    }),
  },
  responses: {
    200: { description: "The statistics", content: { "application/json": { schema: statsSchema } } },
    ...commonProblems,
  },
});

export function registerStats(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { interval, since, until, ...scope } = c.req.valid("query");
    const filter = { ...scope, ...timeRange(INTERVALS[interval], since, until) };
    const visibleTeams = c.get("visibleTeams");
    const limits = withinMs(CALLS_MS);
    const [reports, stored] = await Promise.all([
      readReports(c.env, limits),
      readStats(database(c), visibleTeams, filter, {
        seconds: INTERVALS[interval] / SECOND,
        keys: MAX_TOP_KEYS,
        owners: MAX_INTEGRATIONS + 1,
      }).catch((error: unknown) => {
        if (!isUnavailable(error)) throw error;
        log.warn("statistics without Postgres", { requestId: c.get("requestId"), error: safeMessage(error) });
        return null;
      }),
    ]);
    const outcomeCounts = stored?.outcomes;
    return c.json(
      {
        since: filter.since.toISOString(),
        until: filter.until.toISOString(),
        interval,
        deliveries: outcomeCounts ? fillIntervals(filter, INTERVALS[interval], outcomeCounts) : null,
        totals: outcomeCounts
          ? {
              accepted: sum(outcomeCounts, "accepted"),
              duplicate: sum(outcomeCounts, "duplicate"),
              rejected: sum(outcomeCounts, "rejected"),
            }
          : null,
        topAlertKeys: stored?.topAlertKeys ?? null,
        mutedAlerts: stored?.muted ?? null,
        ...(stored
          ? await collectStates(c.env, reports, stored.owners, limits)
          : reportedStates(reports, narrow(visibleTeams, scope.teamId), scope.integrationId)),
      },
      200,
    );
  });
}

/** Returns the requested time range, extended to the start of its first interval. Default: the last 24 hours. */
function timeRange(
  interval: number,
  since: Date | undefined,
  until = new Date(),
): Pick<StatsFilter, "since" | "until"> {
  const from = since?.getTime() ?? until.getTime() - DAY;
  const start = Math.floor(from / interval) * interval;
  if (start >= until.getTime()) throw invalidRange("since", "not before `until`");
  if ((until.getTime() - start) / interval > MAX_INTERVALS) {
    throw invalidRange("interval", `more than ${formatNumber(MAX_INTERVALS)} intervals`);
  }
  return { since: new Date(start), until };
}

const invalidRange = (field: string, detail: string): Problem =>
  new Problem(
    "invalid-request",
    "Invalid time range. Set `since` before `until`, and choose a shorter range or a longer interval.",
    { errors: [{ pointer: `/${field}`, detail }] },
  );

function fillIntervals({ since, until }: StatsFilter, interval: number, counts: readonly OutcomeCounts[]) {
  const byTime = new Map(counts.map((count) => [count.at.getTime(), count]));
  const length = Math.ceil((until.getTime() - since.getTime()) / interval);
  return Array.from({ length }, (_, index) => {
    const at = since.getTime() + index * interval;
    const { accepted = 0, duplicate = 0, rejected = 0 } = byTime.get(at) ?? {};
    return { at: toIso(at), accepted, duplicate, rejected };
  });
}

async function collectStates(env: Env, reports: Reports, owners: readonly ObjectOwner[], limits: TimeLimits) {
  const included = owners.slice(0, MAX_INTEGRATIONS);
  const found = await statesOf(env, reports, included, limits, MAX_CALLS);
  const states = [...found].flatMap(([id, state]) => (state ? [{ id, shards: [state] }] : []));
  return sumStates(states, states.length === owners.length);
}

/** The states of the objects that reported: without Postgres the other integrations are unknown. */
function reportedStates({ byObject }: Reports, visibleTeams: VisibleTeams, integrationId: string | undefined) {
  const reported = [...byObject.values()].filter(
    (report) =>
      includes(visibleTeams, report) && (integrationId === undefined || report.integrationId === integrationId),
  );
  const byIntegration = Map.groupBy(reported, (report) => report.integrationId);
  return sumStates(
    [...byIntegration].map(([id, shards]) => ({ id, shards })),
    false,
  );
}

type ShardState = OutboxStatus & { isHeartbeatMissed: boolean };

function sumStates(states: readonly { id: string; shards: readonly ShardState[] }[], isComplete: boolean) {
  const outboxes = states.map(({ id, shards }) => ({ id, outbox: sumOutboxes(shards) }));
  const behind = outboxes
    .filter(({ outbox }) => outbox.rows > 0 || outbox.quarantined > 0)
    .toSorted((a, b) => waitingSince(a.outbox) - waitingSince(b.outbox));
  const total = sumOutboxes(outboxes.map(({ outbox }) => outbox));
  return {
    outbox: { ...toOutbox(total), isPartial: !isComplete },
    behind: behind.slice(0, MAX_BEHIND).map(({ id, outbox }) => ({ integrationId: id, ...toOutbox(outbox) })),
    missedHeartbeats: states
      .filter(({ shards }) => shards.some(({ isHeartbeatMissed }) => isHeartbeatMissed))
      .slice(0, MAX_BEHIND)
      .map(({ id }) => id),
  };
}

const waitingSince = ({ oldestAt }: OutboxStatus): number => oldestAt ?? Number.MAX_SAFE_INTEGER;

const sum = <Key extends string>(items: readonly Record<Key, number>[], key: Key): number =>
  items.reduce((total, item) => total + item[key], 0);
