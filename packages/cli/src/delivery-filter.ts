/** The filters of deliveries, as options and as query parameters. */
import { DELIVERY_STATUSES } from "../../../src/alerts/model.ts";
import { scopeOptions, scopeQuery } from "./alert-filter.ts";
import type { Options, Values } from "./command.ts";

export const DELIVERY_FILTER = {
  status: { type: "string", value: "STATUS", summary: "One of these", isRepeatable: true, choices: DELIVERY_STATUSES },
  ...scopeOptions("Received"),
  alert: { type: "string", value: "ID", summary: "Only those with an event for this alert" },
} as const satisfies Options;

/** `now` in Unix ms. */
export const deliveryQuery = (values: Values<typeof DELIVERY_FILTER>, now: number) => ({
  ...scopeQuery(values, now),
  status: values.status,
  alertId: values.alert,
});
