/**
 * Headers in which sources send an id of the delivery that stays the same on a retry. Never `x-request-id` and trace headers:
 * proxies change them with every attempt, or use one value for different deliveries.
 */
export const KEY_HEADERS: readonly string[] = [
  "idempotency-key",
  "x-idempotency-key",
  "webhook-id",
  "svix-id",
  "x-github-delivery",
];

/** Headers that an integration may not use as its idempotency key. */
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
