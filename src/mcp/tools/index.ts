import type { Tool } from "../tool.ts";
import { acknowledgeAlert, addNote, closeAlert, reopenAlert, resolveAlert, snoozeAlert } from "./change-alerts.ts";
import { explainDecision, getDelivery, listDeliveries, listDeliveryReasons } from "./deliveries.ts";
import { getAlert, getAlertTimeline, listAlerts } from "./read-alerts.ts";
import { createSilence, expireSilence, listSilences, previewSilence } from "./silences.ts";

/** Every tool, in the order of the list. */
export const TOOLS: readonly Tool[] = [
  listAlerts,
  getAlert,
  getAlertTimeline,
  listDeliveries,
  getDelivery,
  listDeliveryReasons,
  explainDecision,
  acknowledgeAlert,
  resolveAlert,
  closeAlert,
  reopenAlert,
  addNote,
  snoozeAlert,
  listSilences,
  previewSilence,
  createSilence,
  expireSilence,
];
