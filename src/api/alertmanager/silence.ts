/** Silences in Alertmanager's format. */
import { z } from "@hono/zod-openapi";
import type { Matcher } from "../../alerts/matchers.ts";
import { SILENCE_STATES, type SilenceRow, type SilenceState, stateOf } from "../../db/silences.ts";
import { instant, instantIn } from "../pagination.ts";
import { newAnnotations } from "../silences/schema.ts";

const MAX_MATCHERS = 20;
const MAX_NAME = 1024;
const MAX_VALUE = 4096;
const MAX_COMMENT = 4000;
const MAX_AUTHOR = 200;

const matcherSchema = z.object({
  name: z.string().min(1).max(MAX_NAME).openapi({ description: "Name of the label" }),
  value: z.string().max(MAX_VALUE).openapi({ description: "A value, or a regular expression for the whole value" }),
  isRegex: z.boolean().openapi({ description: "Whether `value` is a regular expression" }),
  isEqual: z.boolean().openapi({ description: "False: negated" }),
});

export const gettableSilenceSchema = z
  .object({
    id: z.uuid(),
    status: z.object({ state: z.enum(SILENCE_STATES) }),
    updatedAt: instant,
    startsAt: instant,
    endsAt: instant,
    matchers: z.array(matcherSchema),
    createdBy: z.string(),
    comment: z.string(),
    annotations: z.record(z.string(), z.string()).openapi({ description: "Texts by name" }),
  })
  .openapi("AlertmanagerSilence");

export type GettableSilence = z.infer<typeof gettableSilenceSchema>;

/** Unknown fields are ignored, as in Alertmanager: clients of other versions send more. */
export const postableSilenceSchema = z
  .object({
    id: z.string().nullish().openapi({ description: "The silence to change; none: a new one" }),
    matchers: z
      .array(matcherSchema.extend({ isEqual: matcherSchema.shape.isEqual.default(true) }))
      .min(1)
      .max(MAX_MATCHERS)
      .openapi({ description: "All of them must match. At least one must not match the empty text" }),
    startsAt: instantIn.openapi({ description: "A time in the past becomes the present" }),
    endsAt: instantIn.openapi({ description: "In the future" }),
    createdBy: z.string().max(MAX_AUTHOR).openapi({ description: "Name of the author; empty: that of the API key" }),
    comment: z.string().max(MAX_COMMENT).openapi({ description: "May be empty" }),
    annotations: newAnnotations
      .nullish()
      .openapi({ description: "Texts by name to keep with the silence. None: empty" }),
  })
  .openapi("AlertmanagerNewSilence", {
    example: {
      matchers: [{ name: "alertname", value: "DiskFull", isRegex: false, isEqual: true }],
      startsAt: "2026-10-01T12:00:00Z",
      endsAt: "2099-10-01T14:00:00Z",
      createdBy: "ada",
      comment: "Deploy of checkout",
    } as never,
  });

export type PostableSilence = z.output<typeof postableSilenceSchema>;

/** @param now Unix ms */
export function toGettableSilence(row: SilenceRow, now: number): GettableSilence {
  return {
    id: row.id,
    status: { state: stateOf(row, now) },
    updatedAt: row.updatedAt.toISOString(),
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    matchers: row.matchers,
    createdBy: row.createdByName ?? row.createdBy,
    comment: row.comment,
    annotations: row.annotations,
  };
}

/** Whether a silence has all these matchers. https://github.com/prometheus/alertmanager/blob/main/api/v2/api.go */
export const hasMatchers = (silence: Pick<SilenceRow, "matchers">, wanted: readonly Matcher[]): boolean => {
  const keys = new Set(silence.matchers.map(keyOf));
  return wanted.every((matcher) => keys.has(keyOf(matcher)));
};

/** A text that is the same for equal matchers. */
export const keyOf = ({ name, value, isRegex, isEqual }: Matcher): string =>
  JSON.stringify([name, value, isRegex, isEqual]);

const ORDER: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/** The order of a list: the next to expire, the next to start, the last expired. */
export function compareSilences(one: GettableSilence, other: GettableSilence): number {
  const [state, otherState] = [one.status.state, other.status.state];
  if (state !== otherState) return ORDER[state] - ORDER[otherState];
  const [a, b] = state === "pending" ? [one.startsAt, other.startsAt] : [one.endsAt, other.endsAt];
  return (a < b ? -1 : a > b ? 1 : 0) * (state === "expired" ? -1 : 1);
}
