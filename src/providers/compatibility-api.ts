import type { DeliveryStatus, Outcome } from "../alerts/model.ts";

/** What became of a good delivery. `alertKeys` stand beside their outcomes. */
export interface Success {
  deliveryId: string;
  status: Exclude<DeliveryStatus, "REJECTED">;
  outcomes: Outcome[];
  alertKeys: (string | null)[];
  path: string;
  /** Milliseconds since the request came. */
  tookMs: number;
}

/** Why a delivery was rejected, as its senderProfile may know it. */
export interface RejectedAnswer {
  deliveryId: string;
  status: number;
  detail: string;
  errors: readonly string[];
}

/** An answer in the source's own words: JSON with its status and headers. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** The way in which another service's API answers, for clients that believe to speak to that service. */
export interface CompatibilityApi {
  /** Whether a path behind the ingest URL belongs to that API. */
  handles(path: string): boolean;
  success(success: Success): Answer;
  rejection(rejected: RejectedAnswer): Answer;
}
