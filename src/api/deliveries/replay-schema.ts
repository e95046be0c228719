import type { EventOutcome } from "../../alerts/event.ts";
import { z } from "@hono/zod-openapi";
import { eventOutcome } from "../components.ts";

export const includeUnverified = z
  .boolean()
  .default(false)
  .openapi({ description: "Also replay deliveries that were not verified, for example because of a wrong secret" });

/** Outcomes of the events of a replay, in the format of the ingest route. */
export const replayedAlerts = z.array(
  z.object({ id: z.uuid().nullable(), outcome: eventOutcome, detail: z.string().optional() }).openapi("ReplayedAlert"),
);

/** Converts outcomes to the format of the ingest route. */
export const toReplayedAlerts = (outcomes: readonly EventOutcome[]): z.infer<typeof replayedAlerts> =>
  outcomes.map(({ alertId, outcome, detail }) => ({ id: alertId, outcome, ...(detail !== undefined && { detail }) }));
