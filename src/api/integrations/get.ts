import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { deliveryCounts } from "../../db/integration-health.ts";
import { findIntegration, type IntegrationRow } from "../../db/integrations.ts";
import { findLatestRecognizable } from "../../db/recognizable.ts";
import type { HeartbeatState } from "../../objects/integration/rpc.ts";
import { includes } from "../../lib/principal.ts";
import { DAY, toIso, toIsoOrNull } from "../../lib/time.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { database } from "../request-scope.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { suggestionOf } from "../suggested-provider.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { callObjects, getOutbox } from "./call-objects.ts";
import { toOutbox } from "./health.ts";
import { integrationDetailSchema, setupOf, toIntegration } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}",
  operationId: "getIntegration",
  tags: ["integrations"],
  summary: "Get Integration",
  description:
    "Returns an integration with the deliveries of the last 24 hours, the expected heartbeats, and the state of the outbox.",
  ...requireScope("integrations:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The integration",
      headers: etagHeader,
      content: { "application/json": { schema: integrationDetailSchema } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const db = database(c);
    const [row, { lastDeliveryAt, ...last24Hours }, latest] = await Promise.all([
      findIntegration(db, id),
      deliveryCounts(db, id, new Date(Date.now() - DAY)),
      findLatestRecognizable(db, id),
    ]);
    if (!row || !includes(c.get("visibleTeams"), { ...row, integrationId: row.id })) throw noSuch("integration");
    const [outbox, heartbeats] = await Promise.all([
      getOutbox(c.env, row),
      callObjects(c.env, row, (object) => object.getHeartbeat()),
    ]);
    const integration = toIntegration(row, c);
    c.header("etag", etagOf(row.version));
    return c.json(
      {
        ...integration,
        setup: setupOf(c, integration, null),
        suggestedProvider: await suggestionOf(latest),
        health: {
          lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
          last24Hours,
          ...toHeartbeats(row, heartbeats),
        },
        outbox: toOutbox(outbox),
      },
      200,
    );
  });
}

/** The heartbeats of all objects. The first one watches that of the integration as a whole. */
function toHeartbeats({ heartbeatMinutes, heartbeatSchedule }: IntegrationRow, states: readonly HeartbeatState[]) {
  const isExpected = heartbeatMinutes !== null || heartbeatSchedule !== null;
  const alertIds = states.flatMap(({ missedHeartbeatAlertId }) => missedHeartbeatAlertId ?? []);
  const waits = states.map(({ waitingSince }) => waitingSince).filter((since) => since > 0);
  return {
    missedHeartbeat: {
      isHeartbeatMissed: alertIds.length > 0,
      waitingSince: isExpected && waits.length > 0 ? toIso(Math.min(...waits)) : null,
      alertId: alertIds[0] ?? null,
    },
    heartbeats: (isExpected ? states : []).flatMap(({ heartbeats }) =>
      heartbeats.map(({ lastReceivedAt, expectedAt, ...heartbeat }) => ({
        ...heartbeat,
        lastReceivedAt: toIsoOrNull(lastReceivedAt),
        expectedAt: toIsoOrNull(expectedAt),
      })),
    ),
  };
}
