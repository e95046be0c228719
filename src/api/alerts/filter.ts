/** The filters of alerts, which the list, the export, the counts, the stream and bulk changes have in common. */
import { z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { Problem } from "../../lib/problem.ts";
import { repeatable, sinceUntil } from "../page.ts";

const MAX_LABELS = 10;

/** As query parameters. */
export const alertQuery = {
  status: repeatable(z.enum(STATUSES)).optional().openapi({ description: "One of these; may be given several times" }),
  severity: repeatable(z.enum(SEVERITIES))
    .optional()
    .openapi({ description: "One of these; may be given several times" }),
  integrationId: z.uuid().optional().openapi({ description: "Only what came through this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only what belongs to this team" }),
  q: z.string().min(1).max(200).optional().openapi({ description: "Text in the title or the description" }),
  label: z
    .record(z.string(), z.string())
    .optional()
    .openapi({
      param: { name: "label", in: "query", style: "deepObject", explode: true },
      type: "object",
      additionalProperties: { type: "string" },
      description:
        "What the metadata say, in the form `label.name=value`: at their top, or in their `labels` or `tags`. May be given several times",
    }),
  ...sinceUntil("Triggered"),
};

const LABEL = /^label(?:\.(.+)|\[([^\]]+)\])$/s;

/**
 * The labels that a URL asks for as `label.name=value` or, as generated clients write it, `label[name]=value`.
 * @throws Problem `invalid-request` when there are too many, or a name is missing
 */
export function readLabels(url: string): Record<string, string> {
  const given = [...new URL(url).searchParams].filter(([name]) => /^label[.[]/.test(name));
  const pairs = given.map(([name, value]) => {
    const match = LABEL.exec(name);
    return [match?.[1] ?? match?.[2] ?? "", value] as const;
  });
  if (pairs.length > MAX_LABELS || pairs.some(([name]) => name === "")) {
    throw new Problem("invalid-request", `Labels are asked for as label.name=value, at most ${MAX_LABELS} of them.`, {
      errors: [{ pointer: "/label", detail: "not label.name=value" }],
    });
  }
  return Object.fromEntries(pairs);
}
