/** The alert filter, which the list, the counts, the export, the timeline and the stream share. */
import { z } from "@hono/zod-openapi";
import { alertStatus, severity } from "../components.ts";
import type { Context } from "hono";
import type { AlertFilter } from "../../alerts/alert-filter.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow, type VisibleTeams } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { repeatable, sinceUntil } from "../pagination.ts";

const MAX_LABELS = 10;

/** The filter as query parameters. */
export const alertQuery = {
  status: repeatable(alertStatus).optional().openapi({ description: "Any of these statuses; repeatable" }),
  severity: repeatable(severity).optional().openapi({ description: "Any of these severities; repeatable" }),
  integrationId: z.uuid().optional().openapi({ description: "Only alerts of this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only alerts of this team" }),
  q: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: "Text in the title or the description" }),
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
 * @param byDefault without the parameter
 */
export const mutedQuery = (byDefault: keyof typeof MUTED) => ({
  muted: z.enum(["false", "true", "any"]).default(byDefault).openapi({
    description:
      "`false`: only alerts that are not muted. `true`: only muted ones, which are snoozed or silenced. `any`: both",
  }),
});

type AlertQuery = Omit<AlertFilter, "labels" | "muted"> & {
  teamId?: string | undefined;
  label?: string[] | undefined;
  muted: keyof typeof MUTED;
};

/**
 * Returns the alert filter of a request, and the teams to search.
 * @throws Problem `invalid-request` when there are too many labels, or one is given twice
 */
export function readAlertFilter(
  c: Context<AppEnv>,
  { teamId, label = [], muted, ...query }: AlertQuery,
): { filter: AlertFilter; visibleTeams: VisibleTeams } {
  const pairs = [...label.map(splitLabel), ...dottedLabels(c.req.url)];
  return {
    filter: { ...query, labels: toLabels(pairs), muted: MUTED[muted] },
    visibleTeams: narrow(c.get("visibleTeams"), teamId),
  };
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
