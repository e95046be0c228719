import { z } from "@hono/zod-openapi";

export const silenceParam = z.object({ silenceID: z.uuid().openapi({ description: "Id of the silence" }) });

const ignored = z.string().optional().openapi({ description: "Sent by Grafana; ignored" });

/** Query parameters that Grafana adds to its reads of silences, for its own Alertmanager. */
export const ignoredQuery = { ruleMetadata: ignored, accesscontrol: ignored };
