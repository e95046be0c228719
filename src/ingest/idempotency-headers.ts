/**
 * Headers in which sources give a delivery an id that is the same on a retry. Never `x-request-id` and trace headers:
 * proxies set those anew for every attempt, or the same for different deliveries.
 */
export const KEY_HEADERS: readonly string[] = [
  "idempotency-key",
  "x-idempotency-key",
  "webhook-id",
  "svix-id",
  "x-github-delivery",
];

/** Headers that no integration may name as its idempotency key. */
export const PROXY_HEADERS: ReadonlySet<string> = new Set([
  "x-request-id",
  "x-correlation-id",
  "traceparent",
  "tracestate",
  "baggage",
  "x-b3-traceid",
  "x-amzn-trace-id",
  "x-cloud-trace-context",
  "cf-ray",
]);
