import type { Submittable } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Rejection, rejectForCapacity } from "./rejection.ts";

/**
 * Rejects deliveries over the deployment's limit for one integration. It counts verified deliveries only, so that
 * unauthenticated requests cannot use the limit up.
 */
export async function limitRate(
  delivery: Submittable,
  { isWithinRate }: Dependencies,
): Promise<Submittable | Rejection> {
  if (await isWithinRate(delivery.integration.config.id)) return delivery;
  const detail = "This integration receives more deliveries than INGEST_LIMITER allows. Try again later.";
  return rejectForCapacity(delivery, detail, { retryAfterSeconds: 60, isRecorded: true });
}
