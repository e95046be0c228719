/** The alert filter, which the list, the counts, the export, the timeline and the stream share. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import type { AlertFilter } from "../../db/alerts.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow, type VisibleTeams } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { repeatable, sinceUntil } from "../pagination.ts";

const MAX_LABELS = 10;

/** The filter as query parameters. */
export const alertQuery = {
  status: repeatable(z.enum(STATUSES)).optional().openapi({ description: "Any of these statuses; repeatable" }),
  severity: repeatable(z.enum(SEVERITIES)).optional().openapi({ description: "Any of these severities; repeatable" }),
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
  label: z
    .record(z.string(), z.string())
    .optional()
    .openapi({
      param: { name: "label", in: "query", style: "deepObject", explode: true },
      type: "object",
      additionalProperties: { type: "string" },
      description: `Labels as \`label.name=value\`, all of them, at most ${MAX_LABELS}. Matches fields of the metadata and of their \`labels\` and \`tags\``,
    }),
  ...sinceUntil("Triggered"),
};

type AlertQuery = AlertFilter & { teamId?: string | undefined; label?: unknown };

/**
 * Returns the alert filter of a request, and the teams to search.
 * @throws Problem `invalid-request` when a label is invalid
 */
export function readAlertFilter(
  c: Context<AppEnv>,
  { teamId, label: _, ...query }: AlertQuery,
): { filter: AlertFilter; visibleTeams: VisibleTeams } {
  return {
    filter: { ...query, labels: readLabels(c.req.url) },
    visibleTeams: narrow(c.get("visibleTeams"), teamId),
  };
}

const LABEL = /^label(?:\.(.+)|\[([^\]]+)\])$/s;

/** Reads labels from a URL: `label.name=value` or, as generated clients write it, `label[name]=value`. */
function readLabels(url: string): Record<string, string> {
  const given = [...new URL(url).searchParams].filter(([name]) => /^label[.[]/.test(name));
  const pairs = given.map(([name, value]) => {
    const match = LABEL.exec(name);
    return [match?.[1] ?? match?.[2] ?? "", value] as const;
  });
  if (pairs.length > MAX_LABELS || pairs.some(([name]) => name === "")) {
    throw new Problem("invalid-request", `Invalid labels. Use \`label.name=value\`, at most ${MAX_LABELS} times.`, {
      errors: [{ pointer: "/label", detail: "not label.name=value" }],
    });
  }
  return Object.fromEntries(pairs);
}
