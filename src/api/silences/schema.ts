import { z } from "@hono/zod-openapi";
import { matchesEverything } from "../../alerts/matchers.ts";
import { SILENCE_STATES, type SilenceRow, stateOf } from "../../db/silences.ts";
import { parseActor } from "../../lib/actor.ts";
import { actorSchema } from "../alerts/schema.ts";
import { somethingToChange } from "../components.ts";
import { MAX_MATCHERS, matcherSchema, newMatcherSchema } from "../matchers.ts";
import { instant, instantIn } from "../pagination.ts";

export const silenceState = z.enum(SILENCE_STATES).openapi("SilenceState", {
  description: "`pending`: it has not started. `active`: it mutes alerts now. `expired`: it is over",
});

/** The matchers of a request: an alert is muted if all match. */
export const newMatchers = z
  .array(newMatcherSchema)
  .min(1)
  .max(MAX_MATCHERS)
  .superRefine((matchers, context) => {
    if (context.issues.length === 0 && matchesEverything(matchers)) {
      context.addIssue("at least one matcher must not match an empty label");
    }
  })
  .openapi({
    description:
      "Conditions on the labels of an alert; all must match. Labels are those of the source, `tocsin_severity`, `tocsin_integration` " +
      "(the id) and `tocsin_alert_key`",
    example: [{ name: "service", value: "checkout", isRegex: false, isEqual: true }],
  });

const comment = z.string().trim().min(1).max(4000).openapi({ description: "Why the alerts are muted" });
const MAX_ANNOTATIONS = 50;

/** The annotations of a request. */
export const newAnnotations = z
  .record(z.string().min(1).max(1024), z.string().max(4096))
  .refine((annotations) => Object.keys(annotations).length <= MAX_ANNOTATIONS, `at most ${MAX_ANNOTATIONS} annotations`)
  .openapi({ description: "Texts by name to keep with the silence, such as a ticket", example: { ticket: "OPS-17" } });

const startsAt = instantIn.openapi({ description: "Start. Default: now; a time in the past is now" });
const endsAt = instantIn.openapi({ description: "End, in the future" });

export const newSilenceSchema = z
  .strictObject({
    teamId: z.uuid().nullable().optional().openapi({
      description:
        "Team whose alerts are muted; null: the alerts of all teams. Default: the only team of the caller, or all teams",
    }),
    matchers: newMatchers,
    startsAt: startsAt.optional(),
    endsAt,
    comment,
    annotations: newAnnotations.optional(),
  })
  .openapi("NewSilence", {
    example: {
      matchers: [{ name: "service", value: "checkout" }],
      endsAt: "2099-10-01T13:00:00Z",
      comment: "Deploy of checkout",
    } as never,
  });

export const silenceUpdateSchema = z
  .strictObject({
    matchers: newMatchers.optional(),
    startsAt: startsAt.optional().openapi({ description: "Only of a pending silence" }),
    endsAt: endsAt.optional(),
    comment: comment.optional(),
    annotations: newAnnotations.optional().openapi({ description: "Replaces all annotations" }),
  })
  .refine(...somethingToChange)
  .openapi("SilenceUpdate");

export const silenceSchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable().openapi({ description: "Null: the silence mutes alerts of all teams" }),
    state: silenceState,
    matchers: z.array(matcherSchema),
    startsAt: instant,
    endsAt: instant,
    comment: z.string(),
    annotations: z.record(z.string(), z.string()).openapi({ description: "Texts by name, kept with the silence" }),
    createdBy: actorSchema,
    version: z.int().openapi({ description: "Increases with every change" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Silence");

/** Converts a row to its API representation. */
export const toSilence = ({ createdBy, createdByName, ...row }: SilenceRow): z.infer<typeof silenceSchema> => ({
  ...row,
  state: stateOf(row, Date.now()),
  createdBy: parseActor(createdBy, createdByName),
  startsAt: row.startsAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
