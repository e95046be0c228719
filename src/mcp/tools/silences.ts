import { z } from "@hono/zod-openapi";
import { silencePreviewSchema } from "../../api/silences/preview.ts";
import { newSilenceSchema, silenceState } from "../../api/silences/schema.ts";
import { dataOf, defineTool, ENDS, idOf, pageInput, READS, repeatHeaders, repeatInput } from "../tool.ts";

export const listSilences = defineTool({
  name: "list_silences",
  title: "List silences",
  description:
    "Lists silences, which mute the alerts that match for a time, newest first. Expired ones are kept for five days.",
  scope: "alerts:read",
  annotations: READS,
  input: z.strictObject({
    state: z.array(silenceState).min(1).optional().openapi({ description: "In any of these states" }),
    teamId: z.uuid().optional().openapi({ description: "Only silences of this team" }),
    ...pageInput,
  }),
  call: (api, { limit = 20, ...query }) => dataOf(api.GET("/v1/silences", { params: { query: { ...query, limit } } })),
});

export const previewSilence = defineTool({
  name: "preview_silence",
  title: "Preview silence",
  description:
    "Counts and lists the unresolved alerts that a silence with these matchers would mute now. Changes nothing. Use it before " +
    "`create_silence`.",
  scope: "alerts:read",
  annotations: READS,
  input: silencePreviewSchema,
  call: (api, body) => dataOf(api.POST("/v1/silences/preview", { body })),
});

export const createSilence = defineTool({
  name: "create_silence",
  title: "Create silence",
  description:
    "Mutes all alerts that match, present and to come, until an end. Subscriptions are not notified until then, and then only " +
    "of those that are still unresolved. Preview the matchers first.",
  scope: "alerts:write",
  annotations: ENDS,
  input: newSilenceSchema.extend(repeatInput),
  call: (api, { idempotencyKey, ...body }) =>
    dataOf(api.POST("/v1/silences", { body, ...repeatHeaders(idempotencyKey) })),
});

export const expireSilence = defineTool({
  name: "expire_silence",
  title: "Expire silence",
  description: "Ends a silence now. Subscriptions are notified of its unresolved alerts.",
  scope: "alerts:write",
  annotations: { ...ENDS, idempotentHint: true },
  input: z.strictObject(idOf("silence")),
  async call(api, { id }) {
    const target = { params: { path: { id } } };
    await dataOf(api.DELETE("/v1/silences/{id}", target));
    return dataOf(api.GET("/v1/silences/{id}", target));
  },
});
