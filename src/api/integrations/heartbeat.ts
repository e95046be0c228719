/** The settings of an integration that say when a heartbeat is expected, and from what. */
import { z } from "@hono/zod-openapi";
import { cronFault, isTimeZone } from "../../alerts/heartbeat-schedule.ts";
import { type Matcher, matchesEverything } from "../../alerts/matchers.ts";
import { nullable } from "../components.ts";
import { MAX_MATCHERS, matcherSchema, newMatcherSchema } from "../matchers.ts";

const MAX_MINUTES = 43_200;

const scheduleFields = {
  cron: z.string().max(200).openapi({
    description: "Five fields: minute, hour, day of month, month, day of week. Or a nickname such as `@daily`",
    example: "0 2 * * *",
  }),
  timeZone: z.string().max(100).openapi({ description: "IANA time zone of the expression", example: "Europe/Berlin" }),
  graceMinutes: z.int().min(0).max(MAX_MINUTES).openapi({ description: "How late a heartbeat may be" }),
};

const newSchedule = z
  .strictObject({
    cron: scheduleFields.cron.trim(),
    timeZone: scheduleFields.timeZone.default("UTC"),
    graceMinutes: scheduleFields.graceMinutes.default(10),
  })
  .openapi("NewHeartbeatSchedule");

const schedule = z.object(scheduleFields).openapi("HeartbeatSchedule");

const minutes = {
  description: "Open an alert after this many minutes without a heartbeat (a verified delivery); null: never",
  example: 60,
};

/** The fields of a request. */
export const newHeartbeatFields = {
  heartbeatMinutes: z.int().min(1).max(MAX_MINUTES).nullable().optional().openapi(minutes),
  heartbeatSchedule: nullable(newSchedule)
    .optional()
    .openapi({
      description:
        "Instead of `heartbeatMinutes`: open an alert when no heartbeat arrives at the times of a cron expression; null: never. " +
        "A heartbeat up to a minute early counts",
    }),
  heartbeatMatchers: z
    .array(newMatcherSchema)
    .max(MAX_MATCHERS)
    .superRefine((matchers, context) => {
      if (context.issues.length === 0 && matchers.length > 0 && matchesEverything(matchers)) {
        context.addIssue("at least one matcher must not match an empty label");
      }
    })
    .optional()
    .openapi({
      description:
        "Conditions on labels; all must match. Alerts that match are heartbeats: they open no alert, and a heartbeat of each alert key " +
        "is expected. For alerts that always fire, such as `Watchdog`. Needs `heartbeatMinutes` or `heartbeatSchedule`. Empty: every " +
        "verified delivery is a heartbeat",
      example: [{ name: "alertname", value: "Watchdog", isRegex: false, isEqual: true }],
    }),
};

/** The fields of a response. */
export const heartbeatFields = {
  heartbeatMinutes: z.int().nullable(),
  heartbeatSchedule: nullable(schedule),
  heartbeatMatchers: z.array(matcherSchema),
};

export interface HeartbeatSettings {
  heartbeatMinutes?: number | null | undefined;
  heartbeatSchedule?: z.output<typeof schedule> | null | undefined;
  heartbeatMatchers?: readonly Matcher[] | undefined;
}

/** Finds faults of the schedule, and contradictions between the settings of heartbeats. */
export function findHeartbeatFaults({
  heartbeatMinutes = null,
  heartbeatSchedule = null,
  heartbeatMatchers = [],
}: HeartbeatSettings): { path: string[]; message: string }[] {
  if (heartbeatMinutes !== null && heartbeatSchedule !== null) {
    const message =
      "A heartbeat has an interval or a schedule, not both. Set `heartbeatMinutes` or `heartbeatSchedule` to null.";
    return [{ path: ["heartbeatSchedule"], message }];
  }
  if (heartbeatMatchers.length > 0 && heartbeatMinutes === null && heartbeatSchedule === null) {
    const message =
      "Alerts that match are only heartbeats, and none is expected. Set `heartbeatMinutes` or `heartbeatSchedule`.";
    return [{ path: ["heartbeatMatchers"], message }];
  }
  return heartbeatSchedule === null ? [] : scheduleFaults(heartbeatSchedule);
}

function scheduleFaults({ cron, timeZone }: z.output<typeof schedule>): { path: string[]; message: string }[] {
  const fault = cronFault(cron, Date.now());
  const message = `Invalid cron expression: ${fault}. Use five fields, such as \`0 2 * * *\`.`;
  return [
    ...(fault === null ? [] : [{ path: ["heartbeatSchedule", "cron"], message }]),
    ...(isTimeZone(timeZone)
      ? []
      : [
          {
            path: ["heartbeatSchedule", "timeZone"],
            message: "Unknown time zone. Use an IANA name, such as `Europe/Berlin`.",
          },
        ]),
  ];
}
