import { rejectionClassOf } from "../alerts/rejection-class.ts";

/** The outcome of a delivery. `failed`: an internal error, without a record. */
export interface Measurement {
  integrationId: string;
  provider: string;
  outcome: "accepted" | "duplicate" | "rejected" | "failed";
  /** HTTP status of a rejection. */
  statusCode?: number;
  /** Unix ms. */
  startedAt: number;
  bodyBytes: number;
}

/**
 * Writes a data point, where the deployment binds a data set. docs/operate/metrics.md lists its columns.
 * https://developers.cloudflare.com/analytics/analytics-engine/
 */
export function measure(
  env: Env,
  { integrationId, provider, outcome, statusCode, startedAt, bodyBytes }: Measurement,
): void {
  env.ANALYTICS?.writeDataPoint({
    indexes: [integrationId],
    blobs: [outcome, provider, statusCode === undefined ? "" : rejectionClassOf(statusCode)],
    doubles: [Date.now() - startedAt, bodyBytes],
  });
}
