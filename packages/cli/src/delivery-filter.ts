/** The filter options of deliveries, as query parameters. */
import type { Command } from "commander";
import { DELIVERY_STATUSES, type DeliveryStatus } from "../../../src/alerts/model.ts";
import { addOriginFilter, type OriginFilter, originQuery } from "./alert-filter.ts";
import { listOption } from "./command.ts";
import { parseId } from "./ids.ts";

export interface DeliveryFilter extends OriginFilter {
  status?: DeliveryStatus[];
  alert?: string;
}

/** Adds the filters of deliveries. */
export const addDeliveryFilter = (command: Command): Command =>
  addOriginFilter(
    command.addOption(listOption("--status <status>", "only deliveries with this status", DELIVERY_STATUSES)),
    "received",
  ).option("--alert <id>", "only deliveries with an event of this alert", parseId);

/** @param now Unix ms */
export const deliveryQuery = (filter: DeliveryFilter, now: number) => ({
  ...originQuery(filter, now),
  status: filter.status,
  alertId: filter.alert,
});
