import { describe, expect, it } from "vitest";
import manifest from "../../../package.json?raw";
import { familiesOf } from "../../../src/api/metrics/families.ts";
import type { Scrape } from "../../../src/api/metrics/scrape.ts";
import { VERSION } from "../../../src/lib/version.ts";

const integration = { id: "i", name: "n", provider: "generic", teamId: null, mostShards: 1 };
const EMPTY: Scrape = { now: 0, alerts: [], mutedAlerts: 0, known: 0, integrations: [], subscriptions: [] };

const samplesOf = (scraped: Scrape, name: string) =>
  familiesOf(scraped).find((family) => family.name === `tocsin_${name}`)?.samples;

describe("familiesOf", () => {
  it("contains the version of package.json", () => {
    expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
    expect(samplesOf(EMPTY, "build_info")).toEqual([{ labels: { version: VERSION }, value: 1 }]);
  });

  it("reports an integration whose object did not respond as down, and nothing else of it", () => {
    const scraped = { ...EMPTY, known: 3, integrations: [{ ...integration, stats: null }] };
    expect(samplesOf(scraped, "integration_up")).toEqual([{ labels: { integration: "i" }, value: 0 }]);
    expect(samplesOf(scraped, "outbox_rows")).toEqual([]);
    expect(samplesOf(scraped, "integrations_left_out")).toEqual([{ labels: {}, value: 2 }]);
  });

  it("reports zero alerts for every status and severity, and none while Postgres is down", () => {
    const scraped = { ...EMPTY, integrations: [{ ...integration, stats: null }] };
    expect(samplesOf(scraped, "alerts")?.map(({ value }) => value)).toEqual(Array(10).fill(0));
    expect(samplesOf({ ...scraped, alerts: null }, "alerts")).toEqual([]);
    expect(samplesOf({ ...scraped, alerts: null }, "database_up")).toEqual([{ labels: {}, value: 0 }]);
  });
});
