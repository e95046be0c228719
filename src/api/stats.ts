import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect, type Database } from "../db/client.ts";
import {
  countOutcomes,
  listTopAlertKeys,
  integrationOwners,
  type OutcomeCounts,
  type StatsFilter,
} from "../db/stats.ts";
import type { OutboxStatus } from "../objects/integration/rpc.ts";
import type { AppEnv } from "../lib/app-env.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { DAY, HOUR, MINUTE, SECOND, toIso } from "../lib/time.ts";
import { outboxSchema, toOutbox } from "./integrations/schema.ts";
import { getOutbox, type ObjectOwner, sumOutboxes } from "./integrations/call-objects.ts";
import { requireScope } from "./require-scope.ts";
import { instant, sinceUntil } from "./pagination.ts";
import { commonProblems } from "./problems.ts";

const INTERVALS = { minute: MINUTE, hour: HOUR, day: DAY } as const;
const MAX_INTERVALS = 1500;

/** Maximum number of integration objects that a request calls. */
const MAX_OBJECTS = 500;

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
      .openapi({
        description: "Every interval, oldest first. Deliveries that are not yet in Postgres are not counted",
      }),
    totals: z.object(outcomes),
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
      .openapi({
        description: `The ${MAX_TOP_KEYS} alert keys with the most occurrences, of alerts triggered in this time range`,
      }),
    outbox: outboxSchema.extend({
      integrations: z.int().openapi({ description: "Number of integrations that are included" }),
      isPartial: z.boolean().openapi({
        description: `True when some integrations are missing: their objects did not respond, or there are more than ${MAX_OBJECTS} objects`,
      }),
    }),
    behind: z.array(outboxSchema.extend({ integrationId: z.uuid() })).openapi({
      description: `Integrations with rows that wait for Postgres or are quarantined, longest wait first; at most ${MAX_BEHIND}`,
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
    "Returns deliveries by outcome over time, the alert keys with the most occurrences, and the rows that wait for Postgres.",
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({
      integrationId: z.uuid().optional().openapi({ description: "Only this integration" }),
      teamId: z.uuid().optional().openapi({ description: "Only this team" }),
      interval: z
        .enum(["minute", "hour", "day"])
        .default("hour")
        .openapi({ description: `Length of an interval; at most ${MAX_INTERVALS} intervals` }),
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
    const db = connect(c.env);
    const visibleTeams = c.get("visibleTeams");
    const [counts, topAlertKeys, outboxes] = await Promise.all([
      countOutcomes(db, visibleTeams, filter, INTERVALS[interval] / SECOND),
      listTopAlertKeys(db, visibleTeams, filter, MAX_TOP_KEYS),
      collectOutboxes(c.env, db, visibleTeams, filter),
    ]);
    return c.json(
      {
        since: filter.since.toISOString(),
        until: filter.until.toISOString(),
        interval,
        deliveries: fillIntervals(filter, INTERVALS[interval], counts),
        totals: {
          accepted: sum(counts, "accepted"),
          duplicate: sum(counts, "duplicate"),
          rejected: sum(counts, "rejected"),
        },
        topAlertKeys,
        ...outboxes,
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
    throw invalidRange("interval", `more than ${MAX_INTERVALS} intervals`);
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

async function collectOutboxes(env: Env, db: Database, visibleTeams: VisibleTeams, filter: StatsFilter) {
  const owners = await integrationOwners(db, visibleTeams, filter, MAX_OBJECTS + 1);
  const replies = await Promise.allSettled(
    firstWithin(MAX_OBJECTS, owners).map(async (owner) => ({ id: owner.id, outbox: await getOutbox(env, owner) })),
  );
  const states = replies.filter((reply) => reply.status === "fulfilled").map(({ value }) => value);
  const behind = states
    .filter(({ outbox }) => outbox.rows > 0 || outbox.quarantined > 0)
    .toSorted((a, b) => waitingSince(a.outbox) - waitingSince(b.outbox));
  const total = sumOutboxes(states.map(({ outbox }) => outbox));
  return {
    outbox: { ...toOutbox(total), integrations: states.length, isPartial: states.length < owners.length },
    behind: behind.slice(0, MAX_BEHIND).map(({ id, outbox }) => ({ integrationId: id, ...toOutbox(outbox) })),
  };
}

/** Returns integrations until their objects would exceed a maximum. */
function firstWithin(max: number, owners: readonly ObjectOwner[]): ObjectOwner[] {
  let objects = 0;
  return owners.filter(({ mostShards }) => (objects += mostShards) <= max);
}

const waitingSince = ({ oldestAt }: OutboxStatus): number => oldestAt ?? Number.MAX_SAFE_INTEGER;

const sum = <Key extends string>(items: readonly Record<Key, number>[], key: Key): number =>
  items.reduce((total, item) => total + item[key], 0);
