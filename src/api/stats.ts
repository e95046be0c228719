import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect, type Database } from "../db/client.ts";
import { countOutcomes, noisiestKeys, integrationOwners, type OutcomeCounts, type StatsFilter } from "../db/stats.ts";
import type { OutboxStatus } from "../objects/integration/rpc.ts";
import type { AppEnv } from "../lib/app-env.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { DAY, HOUR, MINUTE, SECOND, toIso } from "../lib/time.ts";
import { outboxSchema, toOutbox } from "./integrations/schema.ts";
import { getOutbox, type ObjectOwner, sumOutboxes } from "./integrations/call-objects.ts";
import { requireScope } from "./require-scope.ts";
import { instant, sinceUntil } from "./page.ts";
import { commonProblems } from "./problems.ts";

const INTERVALS = { minute: MINUTE, hour: HOUR, day: DAY } as const;
const MOST_INTERVALS = 1500;

/** A request may ask so many objects; whoever has more integrations asks team by team. */
const MOST_ASKED = 500;

/** Of integrations that Postgres is behind with, so many are named: those that wait for longest. */
const MOST_NAMED = 20;

const outcomes = {
  accepted: z.int(),
  duplicate: z.int(),
  rejected: z.int().openapi({ description: "Those with a row; of strangers' failures only a bounded number has one" }),
};

/** So many alert keys are named. */
const MOST_NOISY = 10;

const statsSchema = z
  .object({
    since: instant,
    until: instant,
    interval: z.enum(["minute", "hour", "day"]),
    deliveries: z
      .array(z.object({ at: instant.openapi({ description: "Begin of the interval" }), ...outcomes }))
      .openapi({ description: "Every interval, the oldest first. What still waits for Postgres is not counted" }),
    totals: z.object(outcomes),
    noisiest: z
      .array(
        z.object({
          integrationId: z.uuid(),
          alertKey: z.string().nullable(),
          alertId: z.uuid().openapi({ description: "Its latest alert" }),
          title: z.string().openapi({ description: "Of its latest alert" }),
          alerts: z.int(),
          occurrences: z.int(),
        }),
      )
      .openapi({
        description: `The ${MOST_NOISY} alert keys that occurred most often, of alerts triggered in this time`,
      }),
    outbox: outboxSchema.extend({
      integrations: z.int().openapi({ description: "How many integrations were asked" }),
      isPartial: z.boolean().openapi({
        description: `There are more integrations, or some did not answer. At most ${MOST_ASKED} are asked, the latest changed`,
      }),
    }),
    behind: z.array(outboxSchema.extend({ integrationId: z.uuid() })).openapi({
      description: `Integrations with rows that wait or stand aside, longest first; at most ${MOST_NAMED}`,
    }),
  })
  .openapi("Stats");

const route = createRoute({
  method: "get",
  path: "/v1/stats",
  operationId: "getStats",
  tags: ["deliveries"],
  summary: "Count deliveries by outcome over time, and see what still waits for Postgres",
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({
      integrationId: z.uuid().optional().openapi({ description: "Only this integration" }),
      teamId: z.uuid().optional().openapi({ description: "Only what belongs to this team" }),
      interval: z
        .enum(["minute", "hour", "day"])
        .default("hour")
        .openapi({ description: `Counted by; at most ${MOST_INTERVALS} of them` }),
      ...sinceUntil("Received"),
    }),
  },
  responses: {
    200: { description: "The counts", content: { "application/json": { schema: statsSchema } } },
    ...commonProblems,
  },
});

export function registerStats(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { interval, since, until, ...whose } = c.req.valid("query");
    const filter = { ...whose, ...timeOf(INTERVALS[interval], since, until) };
    const db = connect(c.env);
    const visibleTeams = c.get("visibleTeams");
    const [counts, noisiest, outboxes] = await Promise.all([
      countOutcomes(db, visibleTeams, filter, INTERVALS[interval] / SECOND),
      noisiestKeys(db, visibleTeams, filter, MOST_NOISY),
      askOutboxes(c.env, db, visibleTeams, filter),
    ]);
    return c.json(
      {
        since: filter.since.toISOString(),
        until: filter.until.toISOString(),
        interval,
        deliveries: everyInterval(filter, INTERVALS[interval], counts),
        totals: {
          accepted: sum(counts, "accepted"),
          duplicate: sum(counts, "duplicate"),
          rejected: sum(counts, "rejected"),
        },
        noisiest,
        ...outboxes,
      },
      200,
    );
  });
}

/** The time that is asked for, from the begin of an interval on: a day up to now by default. */
function timeOf(interval: number, since: Date | undefined, until = new Date()): Pick<StatsFilter, "since" | "until"> {
  const from = since?.getTime() ?? until.getTime() - DAY;
  const begin = Math.floor(from / interval) * interval;
  if (begin >= until.getTime()) throw wrongTime("since", "is not before `until`");
  if ((until.getTime() - begin) / interval > MOST_INTERVALS) {
    throw wrongTime("interval", `more than ${MOST_INTERVALS} intervals: ask for a shorter time or longer intervals`);
  }
  return { since: new Date(begin), until };
}

const wrongTime = (field: string, detail: string): Problem =>
  new Problem("invalid-request", "These times cannot be counted.", { errors: [{ pointer: `/${field}`, detail }] });

function everyInterval({ since, until }: StatsFilter, interval: number, counts: readonly OutcomeCounts[]) {
  const byTime = new Map(counts.map((count) => [count.at.getTime(), count]));
  const length = Math.ceil((until.getTime() - since.getTime()) / interval);
  return Array.from({ length }, (_, index) => {
    const at = since.getTime() + index * interval;
    const { accepted = 0, duplicate = 0, rejected = 0 } = byTime.get(at) ?? {};
    return { at: toIso(at), accepted, duplicate, rejected };
  });
}

async function askOutboxes(env: Env, db: Database, visibleTeams: VisibleTeams, filter: StatsFilter) {
  const owners = await integrationOwners(db, visibleTeams, filter, MOST_ASKED + 1);
  const answers = await Promise.allSettled(
    upTo(MOST_ASKED, owners).map(async (owner) => ({ id: owner.id, outbox: await getOutbox(env, owner) })),
  );
  const states = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  const behind = states
    .filter(({ outbox }) => outbox.rows > 0 || outbox.quarantined > 0)
    .toSorted((a, b) => waitingSince(a.outbox) - waitingSince(b.outbox));
  const total = sumOutboxes(states.map(({ outbox }) => outbox));
  return {
    outbox: { ...toOutbox(total), integrations: states.length, isPartial: states.length < owners.length },
    behind: behind.slice(0, MOST_NAMED).map(({ id, outbox }) => ({ integrationId: id, ...toOutbox(outbox) })),
  };
}

/** As many integrations as have so many objects together. */
function upTo(most: number, owners: readonly ObjectOwner[]): ObjectOwner[] {
  let objects = 0;
  return owners.filter(({ mostShards }) => (objects += mostShards) <= most);
}

const waitingSince = ({ oldestAt }: OutboxStatus): number => oldestAt ?? Number.MAX_SAFE_INTEGER;

const sum = <Key extends string>(items: readonly Record<Key, number>[], key: Key): number =>
  items.reduce((total, item) => total + item[key], 0);
