import { describe, expect, it } from "vitest";
import { toProvider } from "../../../src/api/providers/schema.ts";
import { searchProviders } from "../../../src/console/parts/providers.ts";
import { PROVIDERS } from "../../../src/providers/index.ts";

const CATALOG = [...PROVIDERS.values()].map(toProvider);

const find = (search: string): string[] => searchProviders(CATALOG, search).map(({ id }) => id);

describe("the search of the catalog", () => {
  it.each([
    ["kubernetes", ["alertmanager", "grafana", "datadog"]],
    ["error tracking", ["sentry", "rollbar", "bugsnag"]],
    ["uptime", ["uptime-kuma", "pingdom", "statuscake"]],
    ["cron", ["healthchecks", "cronitor", "dead-mans-snitch"]],
    ["AWS", ["cloudwatch", "aws-eventbridge"]],
    ["on call", ["pagerduty", "opsgenie"]],
    ["Prometheus  Alertmanager", ["alertmanager"]],
  ])("finds sources by %j", (search, expected) => {
    expect(find(search)).toEqual(expect.arrayContaining(expected));
  });

  it("puts sources with this name before those that mention it", () => {
    expect(find("nagios").slice(0, 2)).toEqual(["nagios", "icinga"]);
  });

  it("finds nothing for an unknown product, and everything for no words", () => {
    expect(find("no-such-product")).toEqual([]);
    expect(find(" ")).toHaveLength(PROVIDERS.size);
  });
});
