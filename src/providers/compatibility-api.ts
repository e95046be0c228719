import type { DeliveryStatus, Outcome } from "../alerts/model.ts";

/** The result of an accepted or duplicate delivery. `alertKeys` has one element per outcome. */
export interface Success {
  deliveryId: string;
  status: Exclude<DeliveryStatus, "REJECTED">;
  outcomes: Outcome[];
  alertKeys: (string | null)[];
  path: string;
  /** The parsed body of the request. */
  body: unknown;
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

/** A stored request that a client asks about. */
export interface StoredRequest {
  deliveryId: string;
  alertKey: string | null;
  /** The outcome as a sentence. */
  status: string;
  isSuccess: boolean;
  processedAt: Date;
}

/** The responses of another product's API, for clients of that product. */
export interface CompatibilityApi {
  /** Whether deliveries may be sent to a path after the ingest URL. Rejections have the API's format on every path. */
  matchesPath(path: string): boolean;
  success(success: Success): Answer;
  rejection(rejected: RejectedAnswer): Answer;
  /** The id of the delivery that a GET of a path asks about; null: none. */
  requestedDelivery?(path: string): string | null;
  /** The response to that GET. Null: there is no such delivery, or it is not stored yet. */
  requestStatus?(requestId: string, stored: StoredRequest | null): Answer;
}
