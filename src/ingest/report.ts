/** What an operator learns of a delivery beside its row: a line in the log of each rejection, and a data point where it is wanted. */
import { rejectionClassOf } from "../alerts/rejection-class.ts";
import { log } from "../lib/log.ts";
import type { Problem } from "../lib/problem.ts";
import { Bound } from "../lib/minute-limit.ts";

/** A flood is told by the count in the next line, not by a line each: every line is billed. */
const LINES_PER_MINUTE = 60;

const lines = new Bound(LINES_PER_MINUTE);

/** Logs a rejection. `integrationId` null: there is none with the id that was asked for. */
export function logRejection(deliveryId: string, integrationId: string | null, { status, type }: Problem): void {
  const omittedBefore = lines.take(integrationId ?? "");
  if (omittedBefore === null) return;
  log.warn("delivery rejected", {
    deliveryId,
    integrationId: integrationId ?? undefined,
    status,
    problem: type,
    omittedBefore,
  });
}

/** What became of a delivery: `failed` is a fault of ours, and nothing was recorded. */
export interface Measured {
  integrationId: string;
  provider: string;
  outcome: "accepted" | "duplicate" | "rejected" | "failed";
  /** HTTP status of a rejection. */
  statusCode?: number;
  startedAt: number;
  bodyBytes: number;
}

/**
 * Writes a data point, where the deployment binds a data set: docs/operate/metrics.md has its columns.
 * https://developers.cloudflare.com/analytics/analytics-engine/
 */
export function measure(env: Env, { integrationId, provider, outcome, statusCode, startedAt, bodyBytes }: Measured) {
  env.ANALYTICS?.writeDataPoint({
    indexes: [integrationId],
    blobs: [outcome, provider, statusCode === undefined ? "" : rejectionClassOf(statusCode)],
    doubles: [Date.now() - startedAt, bodyBytes],
  });
}
