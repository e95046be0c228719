import { z } from "@hono/zod-openapi";
import { deliveryQuery } from "../../api/deliveries/filter.ts";
import type { Schemas, TocsinClient } from "../../../packages/client/src/index.ts";
import { explainDelivery } from "../explain-delivery.ts";
import { ApiProblem, dataOf, defineTool, idOf, pageInput, READS } from "../tool.ts";

const filterInput = {
  query: deliveryQuery.query,
  integrationId: deliveryQuery.integrationId,
  teamId: deliveryQuery.teamId,
  alertId: deliveryQuery.alertId,
};

/** Alerts of a delivery that an explanation reads. */
const MAX_ALERTS = 5;

export const listDeliveries = defineTool({
  name: "list_deliveries",
  title: "List deliveries",
  description:
    "Lists the requests that sources sent, the latest received first: accepted, duplicate and rejected ones with their reasons. Use it " +
    "when a source sent something and there is no alert. Headers and the raw decision are left out: `get_delivery` has them.",
  scope: "deliveries:read",
  annotations: READS,
  input: z.strictObject({ ...filterInput, ...pageInput }),
  async call(api, { limit = 20, ...filter }) {
    const { data, ...page } = await dataOf(api.GET("/v1/deliveries", { params: { query: { ...filter, limit } } }));
    return { data: data.map(({ headers: _, decision: __, ...delivery }) => delivery), ...page };
  },
});

export const getDelivery = defineTool({
  name: "get_delivery",
  title: "Get delivery",
  description: "Returns one delivery with its reason, the outcome of each event, its headers and the raw decision.",
  scope: "deliveries:read",
  annotations: READS,
  input: z.strictObject(idOf("delivery")),
  call: readDelivery,
});

export const listDeliveryReasons = defineTool({
  name: "list_delivery_reasons",
  title: "List delivery reasons",
  description:
    "Groups deliveries by status and reason, the most frequent first. Of accepted deliveries, groups only those with unreadable events. " +
    "Without a status in the query, groups those that failed: rejected ones, and these. Use it to find out what goes wrong.",
  scope: "deliveries:read",
  annotations: READS,
  input: z.strictObject({ ...filterInput, limit: pageInput.limit }),
  call: (api, { limit = 20, ...filter }) =>
    dataOf(api.GET("/v1/deliveries/reasons", { params: { query: { ...filter, limit } } })),
});

export const explainDecision = defineTool({
  name: "explain_decision",
  title: "Explain decision",
  description:
    "Explains why a delivery was accepted, is a duplicate, or was rejected, and what to do. Returns the delivery that a duplicate repeats " +
    "and the alerts that the delivery concerns.",
  scope: "deliveries:read",
  annotations: READS,
  input: z.strictObject(idOf("delivery")),
  async call(api, { id }) {
    const delivery = await readDelivery(api, { id });
    const { status, statusCode, reason, integrationId: integration, receivedAt, duplicateOf, events } = delivery;
    const alertIds = [...new Set(events.map((event) => event.alertId).filter((one) => one !== null))];
    const [original, ...alerts] = await Promise.all([
      duplicateOf === null ? null : ifVisible(readDelivery(api, { id: duplicateOf })),
      ...alertIds.slice(0, MAX_ALERTS).map((alertId) => readAlert(api, alertId)),
    ]);
    return {
      delivery: { id, status, statusCode, integrationId: integration, receivedAt, events },
      reason,
      ...explainDelivery(delivery, original),
      duplicateOf: original && {
        id: original.id,
        receivedAt: original.receivedAt,
        reason: original.reason,
        events: original.events,
      },
      alerts: alerts.filter((alert) => alert !== null),
    };
  },
});

function readDelivery(api: TocsinClient, { id }: { id: string }): Promise<Schemas["DeliveryDetail"]> {
  return dataOf(api.GET("/v1/deliveries/{id}", { params: { path: { id } } }));
}

async function readAlert(api: TocsinClient, id: string) {
  const alert = await ifVisible(dataOf(api.GET("/v1/alerts/{id}", { params: { path: { id } } })));
  if (!alert) return null;
  const { title, severity, status, alertKey, triggeredAt, lastSeenAt, occurrences, consoleUrl } = alert;
  return { id, title, severity, status, alertKey, triggeredAt, lastSeenAt, occurrences, consoleUrl };
}

/** The data of a call; null: the retention deleted the resource, or the caller may not see it. */
async function ifVisible<Data>(call: Promise<Data>): Promise<Data | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiProblem && (error.problem.status === 404 || error.problem.status === 403)) return null;
    throw error;
  }
}
