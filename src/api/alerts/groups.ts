import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { countGroups, GROUP_FIELDS, type GroupCount, type GroupKey, MAX_GROUPED } from "../../db/alert-groups.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { alertStatus, severity } from "../components.ts";
import { instant, limitQuery } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";
import { formatNumber } from "../../lib/text.ts";

const MAX_KEYS = 5;
const LABEL = "label.";

const count = z.int().openapi({ description: "Number of alerts" });

const groupSchema = z
  .object({
    key: z.record(z.string(), z.string().nullable()).openapi({
      description: "The value of each key of `by`; null: the alerts have none",
      example: { "label.alertname": "DiskFull", integrationId: "6f1c2b34-5a2e-4a55-9c0e-3f7c8a1b2c3d" },
    }),
    count,
    counts: z
      .array(z.object({ status: alertStatus, severity, count }))
      .openapi({ description: "Combinations with at least one alert" }),
    lastSeenAt: instant,
    exampleId: z.uuid().openapi({ description: "An alert of the group" }),
  })
  .openapi("AlertGroup");

const groupsSchema = z
  .object({
    data: z.array(groupSchema).openapi({ description: "Groups, the largest first" }),
    isComplete: z.boolean().openapi({
      description: `False when there are more groups than \`limit\`, or when more than ${formatNumber(MAX_GROUPED)} alerts match: older ones are not counted`,
    }),
  })
  .openapi("AlertGroups");

const route = createRoute({
  method: "get",
  path: "/v1/alerts/groups",
  operationId: "groupAlerts",
  tags: ["alerts"],
  summary: "Group Alerts",
  description: `Counts alerts in groups, by status and severity, with the filters of the list. Reads the newest ${formatNumber(MAX_GROUPED)} alerts that match.`,
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      ...mutedQuery("false"),
      by: z
        .string()
        .min(1)
        .max(1000)
        .openapi({
          description: `Keys of the groups, separated by commas, at most ${MAX_KEYS}: ${GROUP_FIELDS.map((field) => `\`${field}\``).join(", ")} or \`label.<name>\``,
          example: "label.alertname,integrationId",
        }),
      limit: limitQuery,
    }),
  },
  responses: {
    200: { description: "The groups", content: { "application/json": { schema: groupsSchema } } },
    ...commonProblems,
  },
});

export function registerGroupAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { by, limit, ...query } = c.req.valid("query");
    const names = by.split(",").map((name) => name.trim());
    const keys = toKeys(names);
    const { filter, visibleTeams } = await readAlertFilter(c, query, false);
    const { counts, isComplete } = await countGroups(database(c), visibleTeams, filter, keys);
    const groups = [...Map.groupBy(counts, ({ values }) => JSON.stringify(values)).values()]
      .map((parts) => toGroup(names, parts))
      .toSorted((a, b) => b.count - a.count || (a.lastSeenAt < b.lastSeenAt ? 1 : -1));
    return c.json({ data: groups.slice(0, limit), isComplete: isComplete && groups.length <= limit }, 200);
  });
}

/** @throws Problem `invalid-request` when a key is unknown or given twice, or there are too many */
function toKeys(names: readonly string[]): GroupKey[] {
  if (names.length > MAX_KEYS || new Set(names).size < names.length)
    throw invalidKeys(`Use each key once, and at most ${MAX_KEYS} keys.`);
  return names.map((name) => {
    const field = GROUP_FIELDS.find((one) => one === name);
    if (field) return { field };
    if (name.startsWith(LABEL) && name.length > LABEL.length) return { label: name.slice(LABEL.length) };
    throw invalidKeys(`Unknown key \`${name.slice(0, 100)}\`. Use ${GROUP_FIELDS.join(", ")} or label.<name>.`);
  });
}

const invalidKeys = (detail: string): Problem =>
  new Problem("invalid-request", detail, {
    errors: [{ pointer: "/by", detail: "unknown, repeated or too many keys" }],
  });

/** Makes a group of its counts. */
function toGroup(names: readonly string[], parts: readonly GroupCount[]): z.infer<typeof groupSchema> {
  const [latest] = parts.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
  return {
    key: Object.fromEntries(names.map((name, at) => [name, parts[0]?.values[at] ?? null])),
    count: parts.reduce((sum, part) => sum + part.count, 0),
    counts: parts.map((part) => ({ status: part.status, severity: part.severity, count: part.count })),
    lastSeenAt: (latest?.lastSeenAt ?? new Date(0)).toISOString(),
    exampleId: latest?.exampleId ?? "",
  };
}
