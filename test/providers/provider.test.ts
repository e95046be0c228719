import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import { overloadStatus, type SenderProfile, UNPUBLISHED } from "../../src/providers/provider.ts";

const NEVER_RETRIES: SenderProfile = {
  timeoutSeconds: null,
  clientErrors: "dropped",
  tooManyRequests: "dropped",
  serverErrors: "dropped",
};

describe("overloadStatus", () => {
  it.each([
    ["a sender that retries only 5xx", { ...NEVER_RETRIES, serverErrors: "retried" as const }, 503],
    ["a sender that retries only 429", { ...NEVER_RETRIES, tooManyRequests: "retried" as const }, 429],
    [
      "a sender that retries both",
      { ...UNPUBLISHED, tooManyRequests: "retried" as const, serverErrors: "retried" as const },
      503,
    ],
    ["a sender without published retries", UNPUBLISHED, 503],
  ])("makes %s retry", (_, senderProfile, status) => {
    expect(overloadStatus(senderProfile)).toBe(status);
  });

  it.each([
    // https://docs.datadoghq.com/integrations/webhooks/: retries only 5XX
    ["datadog", 503],
    // prometheus/alertmanager notify/util.go: retries only 5xx
    ["alertmanager", 503],
    // PagerDuty/pdjs src/common.ts: retries only 429
    ["pagerduty", 429],
  ])("makes %s retry, with %i", (id, status) => {
    expect(overloadStatus(PROVIDERS.get(id)?.senderProfile ?? UNPUBLISHED)).toBe(status);
  });
});

describe("the catalog", () => {
  it("has keywords in lower case, each once, for every provider", () => {
    const isKeyword = (word: string) => /^[a-z0-9_-]+$/.test(word);
    const wrong = [...PROVIDERS.values()].filter(({ keywords }) => {
      const words = keywords.split(" ");
      return !words.every(isKeyword) || new Set(words).size < words.length;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});
