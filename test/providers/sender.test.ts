import { expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import { NEVER_RETRIES, overloadStatus, UNPUBLISHED } from "../../src/providers/provider.ts";

it.each([
  ["a senderProfile that tries again on 5xx alone", { ...NEVER_RETRIES, serverErrors: "retried" as const }, 503],
  ["a senderProfile that tries again on 429 alone", { ...NEVER_RETRIES, tooManyRequests: "retried" as const }, 429],
  [
    "a senderProfile that tries again on both",
    { ...UNPUBLISHED, tooManyRequests: "retried" as const, serverErrors: "retried" as const },
    503,
  ],
  ["a senderProfile of which nothing is known", UNPUBLISHED, 503],
])("%s is told of overload so that it tries again", (_, senderProfile, status) => {
  expect(overloadStatus(senderProfile)).toBe(status);
});

it.each([
  // https://docs.datadoghq.com/integrations/webhooks/: 5XX alone
  ["datadog", 503],
  // prometheus/alertmanager notify/util.go: 5xx alone
  ["alertmanager", 503],
  // PagerDuty/pdjs src/common.ts: 429 alone
  ["pagerduty", 429],
])("%s gets %i", (id, status) => {
  expect(overloadStatus(PROVIDERS.get(id)?.senderProfile ?? UNPUBLISHED)).toBe(status);
});
