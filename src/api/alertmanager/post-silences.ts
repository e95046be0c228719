import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SilenceRow, stateOf } from "../../db/silences.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { isUuid } from "../../lib/ids.ts";
import { noSuch, onlyTeam, requireScope } from "../require-scope.ts";
import { createSilence, expireSilence, loadForChange, updateSilence } from "../silences/write.ts";
import { bodyTextProblems, idempotencyTextProblems, textProblems, unknownSilence } from "./errors.ts";
import { checkSilence, planSilence } from "./plan-silence.ts";
import { repeatIfChanged } from "./repeat-if-changed.ts";
import { type PostableSilence, postableSilenceSchema } from "./silence.ts";

const route = createRoute({
  method: "post",
  path: "/api/v2/silences",
  operationId: "alertmanagerPostSilences",
  tags: ["alertmanager"],
  summary: "Set Alertmanager Silence",
  description:
    "Creates a silence, of the team of the API key, or for everybody. With the id of an unexpired silence: the same matchers change that " +
    "silence; others, or another start, let it expire and create a new one.",
  ...requireScope("alerts:write"),
  request: { body: { required: true, content: { "application/json": { schema: postableSilenceSchema } } } },
  responses: {
    200: {
      description: "The id of the silence, which may be a new one",
      content: { "application/json": { schema: z.object({ silenceID: z.uuid() }) } },
    },
    ...textProblems,
    ...unknownSilence,
    ...bodyTextProblems,
    ...idempotencyTextProblems,
  },
});

export function registerPostSilences(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const posted = c.req.valid("json");
    checkSilence(posted, Date.now());
    const { id } = await setSilence(c, posted);
    return c.json({ silenceID: id }, 200);
  });
}

async function setSilence(c: Context<AppEnv>, posted: PostableSilence): Promise<SilenceRow> {
  const { id } = posted;
  if (!id) return create(c, posted, onlyTeam(c.get("visibleTeams")));
  // Alertmanager does not know a text that is no UUID either.
  if (!isUuid(id)) throw noSuch("silence");
  return repeatIfChanged(async () => {
    const current = await loadForChange(c, id);
    const plan = planSilence(current, posted, Date.now());
    if (plan === "update") return update(c, current, posted);
    const created = await create(c, posted, current.teamId);
    if (plan === "replace") await expire(c, current);
    return created;
  });
}

const create = (c: Context<AppEnv>, posted: PostableSilence, teamId: string | null): Promise<SilenceRow> => {
  const { matchers, startsAt, endsAt, comment, annotations } = posted;
  const silence = { matchers, startsAt, endsAt, comment, annotations: annotations ?? {}, teamId };
  return createSilence(c, { ...silence, ...authorOf(posted) });
};

/** Changes a silence. The start of an active one is the same, but may lack milliseconds. */
function update(c: Context<AppEnv>, current: SilenceRow, posted: PostableSilence): Promise<SilenceRow> {
  const { startsAt, endsAt, comment, annotations } = posted;
  const isPending = stateOf(current, Date.now()) === "pending";
  const change = { endsAt, comment, annotations: annotations ?? {} };
  return updateSilence(c, current, { ...change, ...(isPending && { startsAt }), ...authorOf(posted) });
}

/** Ends a silence that has a successor. */
async function expire(c: Context<AppEnv>, { id }: SilenceRow): Promise<void> {
  await repeatIfChanged(async () => expireSilence(c, await loadForChange(c, id)));
}

/** The author that the client names. */
const authorOf = ({ createdBy }: PostableSilence) =>
  createdBy.trim() === "" ? {} : { createdByName: createdBy.trim() };
