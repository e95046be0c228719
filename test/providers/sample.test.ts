import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { ProviderInput } from "../../src/providers/provider.ts";
import { SAMPLE_TIME, sampleAt } from "../../src/providers/sample.ts";
import { DAY, MINUTE, toIso } from "../../src/lib/time.ts";
import { type Contract, mergePatch } from "./contract.ts";

const NOW = Date.parse("2031-03-04T05:06:07.890Z");

const contracts = await Promise.all(
  [...PROVIDERS.keys()].map(async (id) => {
    const { contract } = (await import(`./contracts/${id}.ts`)) as { contract: Contract };
    return contract;
  }),
);

async function datesOf({ provider, cases }: Contract, kind: "trigger" | "resolve"): Promise<(number | null)[]> {
  const one = cases.find((each) => each.kind === kind);
  const { sample } = provider;
  const body = kind === "trigger" ? sample.body : (one?.body ?? mergePatch(sample.body, one?.patch ?? {}));
  const moved = sampleAt({ ...sample, body }, NOW);
  const input: ProviderInput = {
    headers: new Headers({ ...moved.headers, ...(kind === "resolve" && one?.headers) }),
    body: moved.body,
    path: (kind === "resolve" ? one?.path : undefined) ?? moved.path ?? "",
    query: new URLSearchParams(kind === "resolve" ? one?.query : undefined),
    receivedAt: NOW,
  };
  const { events } = await provider.read(input);
  return events.flatMap((event) => ("unreadable" in event ? [] : [event.occurredAt]));
}

describe("sampleAt", () => {
  it("moves dates with a time, and Unix times in seconds, milliseconds and microseconds, also inside of texts", () => {
    const body = {
      iso: "2026-09-21T14:13:20.123Z",
      local: "2026-09-21 16:13:20",
      zoned: "2026-09-21T07:13:20-0700",
      seconds: 1_790_000_000,
      fraction: 1_789_999_997.5,
      milliseconds: "1790000000000",
      microseconds: "1790000000123456",
      inner: '{"at":"2026-09-21T14:13:20Z"}',
      list: [1_790_000_060],
    };
    const later = SAMPLE_TIME + 3_600_000 + 1000;
    expect(sampleAt({ headers: { "webhook-timestamp": "1790000000" }, body }, later)).toEqual({
      headers: { "webhook-timestamp": "1790003600" },
      body: {
        iso: "2026-09-21T15:13:20.123Z",
        local: "2026-09-21 17:13:20",
        zoned: "2026-09-21T08:13:20-0700",
        seconds: 1_790_003_600,
        fraction: 1_790_003_597.5,
        milliseconds: "1790003600000",
        microseconds: "1790003600123456",
        inner: '{"at":"2026-09-21T15:13:20Z"}',
        list: [1_790_003_660],
      },
    });
  });

  it("leaves ids, other numbers and other dates as they are", () => {
    const body = {
      id: "scheduler_at_1790000000_12",
      pid: "-6478_1790000000000V2",
      phone: 1_234_567_890,
      day: "2026-09-21",
      old: "2024-09-21T14:13:20Z",
      none: null,
    };
    expect(sampleAt({ body }, NOW).body).toEqual(body);
  });

  it.each(contracts.map((contract) => [contract.provider.id, contract] as const))(
    "dates the sample of %s with the present time, and its recovery too",
    async (_, contract) => {
      const triggers = await datesOf(contract, "trigger");
      expect(triggers.length).toBeGreaterThan(0);
      const isPresent = (at: number | null) => at === null || Math.abs(NOW - at) < 5 * MINUTE;
      expect(triggers.filter((at) => !isPresent(at)).map((at) => at && toIso(at))).toEqual([]);
      const isNear = (at: number | null) => at === null || Math.abs(NOW - at) < DAY;
      const resolves = contract.cases.some(({ kind }) => kind === "resolve") ? await datesOf(contract, "resolve") : [];
      expect(resolves.filter((at) => !isNear(at)).map((at) => at && toIso(at))).toEqual([]);
    },
  );
});
