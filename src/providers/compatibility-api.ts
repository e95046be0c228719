import type { DeliveryStatus, Outcome } from "../alerts/model.ts";

/** The result of an accepted or duplicate delivery. `alertKeys` has one element per outcome. */
export interface Success {
  deliveryId: string;
  status: Exclude<DeliveryStatus, "REJECTED">;
  outcomes: Outcome[];
  alertKeys: (string | null)[];
  path: string;
  /** Milliseconds since the request arrived. */
  tookMs: number;
}

/** Why a delivery was rejected, as shown to the sender. */
export interface RejectedAnswer {
  deliveryId: string;
  status: number;
  detail: string;
  errors: readonly string[];
}

/** A response in the format of the other product. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** The responses of another product's API, for clients of that product. */
export interface CompatibilityApi {
  /** Whether a path after the ingest URL belongs to that API. */
  matchesPath(path: string): boolean;
  success(success: Success): Answer;
  rejection(rejected: RejectedAnswer): Answer;
}
