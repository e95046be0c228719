import type { EventOutcome } from "../../alerts/event.ts";
import { z } from "@hono/zod-openapi";
import { OUTCOMES } from "../../alerts/model.ts";

export const includeUnverified = z
  .boolean()
  .default(false)
  .openapi({ description: "Also where nobody proved who sent it: it was refused, for a wrong secret for instance" });

/** What the events of a replay did, as the ingest route tells it. */
export const replayedAlerts = z.array(
  z.object({ id: z.uuid().nullable(), outcome: z.enum(OUTCOMES), detail: z.string().optional() }),
);

/** Outcomes as the ingest route tells them. */
export const toReplayedAlerts = (outcomes: readonly EventOutcome[]): z.infer<typeof replayedAlerts> =>
  outcomes.map(({ alertId, outcome, detail }) => ({ id: alertId, outcome, ...(detail !== undefined && { detail }) }));
