/** The alert filter, which the list, the counts, the groups, the export, bulk changes, the timeline and the stream share. */
import { z } from "@hono/zod-openapi";
import { alertStatus, severity } from "../components.ts";
import type { Context } from "hono";
import type { AlertFilter } from "../../alerts/alert-filter.ts";
import type { Condition } from "../../alerts/conditions.ts";
import { ALERT_FIELDS, parseAlertQuery } from "../../alerts/query/alert-query.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { repeatable, sinceUntil } from "../pagination.ts";
import { findActorsByName } from "../../db/names.ts";
import { both, narrowTimes, queryParameter, resolveNames, understood, withStoredKeys } from "../query.ts";
import { database } from "../request-scope.ts";

const MAX_LABELS = 10;

/** A filter by the whole value of a field. */
const whole = (what: string) => z.string().min(1).max(1024).optional().openapi({ description: what });

/** The fields of the filter that parameters and bodies share. */
export const alertFilterFields = {
  query: queryParameter(
    ALERT_FIELDS,
    'status:open severity:critical,high label.service:checkout -label.env:staging "disk full"',
  ),
  integrationId: z.uuid().optional().openapi({ description: "Only alerts of this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only alerts of this team" }),
  alertKey: whole("Only alerts with this key"),
  externalId: whole("Only alerts with this id at the source"),
  source: whole("Only alerts about this host, service or check"),
  acknowledgedBy: whole("Only alerts that this person or API key acknowledged: its id or its name"),
};

/** The filter as query parameters. */
export const alertQuery = {
  status: repeatable(alertStatus).optional().openapi({ description: "Any of these statuses; repeatable" }),
  severity: repeatable(severity).optional().openapi({ description: "Any of these severities; repeatable" }),
  ...alertFilterFields,
  label: repeatable(
    z
      .string()
      .max(1200)
      .regex(/^[^=]+=/, "expected name=value"),
  )
    .optional()
    .openapi({
      description: `Label as \`name=value\`; repeatable, all of them must match, at most ${MAX_LABELS}. Short form: \`label.name=value\`. Matches fields of the metadata and of their \`labels\` and \`tags\``,
      maxItems: MAX_LABELS,
      example: ["service=checkout"],
    }),
  ...sinceUntil("Triggered"),
};

const MUTED = { true: true, false: false, any: undefined } as const;

/**
 * The query parameter that chooses between muted and other alerts.
 * @param byDefault without the parameter, and without `muted:` in `query`
 */
export const mutedQuery = (byDefault: keyof typeof MUTED) => ({
  muted: z
    .enum(["false", "true", "any"])
    .optional()
    .openapi({
      description: `\`false\`: only alerts that are not muted. \`true\`: only muted ones, which are snoozed or silenced. \`any\`: both. Default: \`${byDefault}\``,
    }),
});

/** The filter of a request. */
type RequestFilter = Omit<AlertFilter, "integrationIds" | "conditions" | "muted"> & {
  query?: string | undefined;
  muted?: keyof typeof MUTED | boolean | undefined;
  teamId?: string | undefined;
  alertKey?: string | undefined;
  externalId?: string | undefined;
  source?: string | undefined;
  acknowledgedBy?: string | undefined;
};

/** A filter with the teams to search. */
export interface VisibleFilter {
  filter: AlertFilter;
  /** The teams that the filter names; undefined: it names none. */
  teamIds: readonly string[] | undefined;
  visibleTeams: VisibleTeams;
}

/**
 * Returns the alert filter of the query parameters of a request.
 * @param mutedByDefault false: without a condition, muted alerts are left out
 * @throws Problem `invalid-request` when `query` cannot be understood, there are too many labels, or one is given twice
 */
export function readAlertFilter(
  c: Context<AppEnv>,
  { label = [], ...query }: Omit<RequestFilter, "labels"> & { label?: string[] | undefined },
  mutedByDefault?: false,
): Promise<VisibleFilter> {
  const pairs = [...label.map(splitLabel), ...dottedLabels(c.req.url)];
  return resolveFilter(c, { ...query, labels: toLabels(pairs) }, mutedByDefault);
}

/**
 * Returns the filter of a request, with ids in place of names.
 * @param mutedByDefault as for `readAlertFilter`
 * @throws Problem `invalid-request` when `query` cannot be understood
 */
export async function resolveFilter(
  c: Context<AppEnv>,
  { query = "", teamId, alertKey, externalId, source, acknowledgedBy, muted, ...given }: RequestFilter,
  mutedByDefault?: false,
): Promise<VisibleFilter> {
  const parsed = understood(() => parseAlertQuery(query, Date.now()));
  const fields = { alertKey, externalId, source, acknowledgedBy };
  const conditions = [
    ...Object.entries(fields).flatMap(([field, text]) =>
      text === undefined ? [] : [{ field, patterns: [{ text, isPrefix: false }], isNegated: false } as Condition],
    ),
    ...parsed.conditions,
  ];
  const [names, stored] = await Promise.all([
    resolveNames(c, parsed, teamId),
    Promise.all(conditions.map((condition) => asStored(c, condition))),
  ]);
  return {
    filter: {
      ...given,
      status: both(given.status, parsed.status),
      severity: both(given.severity, parsed.severity),
      ...narrowTimes(given, parsed),
      muted: chooseMuted(muted, parsed.muted, mutedByDefault),
      integrationIds: names.integrationIds,
      conditions: [...stored, ...names.excluded],
    },
    teamIds: names.teamIds,
    visibleTeams: names.visibleTeams,
  };
}

/** A condition in the form in which alerts are stored: with cut keys, and the actors that have a name now. */
async function asStored(c: Context<AppEnv>, condition: Condition): Promise<Condition> {
  if (condition.field !== "acknowledgedBy") return withStoredKeys("alertKey", condition);
  const actors = await findActorsByName(database(c), condition.patterns);
  return { ...condition, patterns: [...condition.patterns, ...actors.map((text) => ({ text, isPrefix: false }))] };
}

/** @throws Problem `invalid-request` when the parameter and `query` differ */
function chooseMuted(
  given: RequestFilter["muted"],
  inQuery: boolean | undefined,
  byDefault: false | undefined,
): boolean | undefined {
  if (given === undefined) return inQuery ?? byDefault;
  const chosen = typeof given === "boolean" ? given : MUTED[given];
  if (chosen !== undefined && inQuery !== undefined && chosen !== inQuery) {
    throw new Problem("invalid-request", "`muted` differs from `muted:` in `query`. Use one of them.", {
      errors: [{ pointer: "/muted", detail: "differs from `query`" }],
    });
  }
  return chosen ?? inQuery;
}

type Pair = readonly [name: string, value: string];

const splitLabel = (text: string): Pair => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];

const PREFIX = "label.";

/** Reads labels from the parameters `label.name=value` of a URL. */
const dottedLabels = (url: string): Pair[] =>
  [...new URL(url).searchParams]
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value]);

function toLabels(pairs: readonly Pair[]): Record<string, string> {
  const labels = new Map(pairs);
  if (labels.has("")) throw invalidLabel("Missing name of a label.", "expected label.name=value");
  if (pairs.length > MAX_LABELS) throw invalidLabel("Too many labels.", `at most ${MAX_LABELS}`);
  // An alert has one value for a label, so two values can never both match.
  if (labels.size < pairs.length) throw invalidLabel("A label is given twice.", "give each label once");
  return Object.fromEntries(labels);
}

const invalidLabel = (what: string, detail: string): Problem =>
  new Problem(
    "invalid-request",
    `${what} Use \`label.name=value\` or \`label=name=value\`, at most ${MAX_LABELS} times.`,
    {
      errors: [{ pointer: "/label", detail }],
    },
  );
