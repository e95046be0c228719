import { describe, expect, it } from "vitest";
import { findDedupKey } from "../../src/ingest/dedup-key.ts";
import type { Received, Submittable, Verified } from "../../src/ingest/delivery.ts";
import { normalize } from "../../src/ingest/normalize.ts";
import { parse } from "../../src/ingest/parse.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { Stages, type Stop } from "../../src/ingest/stages.ts";
import { mappedProvider } from "../../src/providers/custom.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { inWindows1252, LARGE_BATCHES, ODD_MEMBERS, withOddMembers } from "../support/odd-bodies.ts";

/** The stages of the pipeline that read a delivery. */
const READING = Stages.of<Verified, object>().add(parse).add(normalize).add(findDedupKey);

/** Reads a body as the pipeline does for an integration with default settings. */
function read(
  provider: Provider,
  body: string | Uint8Array<ArrayBuffer>,
  mapping: Mapping,
): Promise<Submittable | Stop> {
  const bytes = typeof body === "string" ? (new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>) : body;
  const integration = {
    provider: provider.id === "custom" ? mappedProvider(provider, mapping) : provider,
    config: { idempotencyHeader: null, ignore: [] as string[], verification: provider.verification },
  } as Received["integration"];
  return READING.run(
    {
      id: "01990000-0000-7000-8000-000000000000",
      url: new URL("https://t.test/in/x"),
      path: "",
      headers: new Headers({ "content-type": "application/json", ...provider.sample.headers }),
      body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
      receivedAt: Date.parse("2026-09-21T14:15:00Z"),
      isLoop: false,
      replayOf: null,
      integration,
      verification: { isVerified: true, secret: "current" },
    },
    {},
  );
}

const MAPPING: Mapping = { events: "incidents", title: "name" };

describe.each([...PROVIDERS.values()])("$id", (provider) => {
  it.each(Object.entries(ODD_MEMBERS))("normalizes or rejects a body with %s", async (_, members) => {
    const result = await read(provider, withOddMembers(provider.sample.body, members), MAPPING);
    if (result instanceof Rejection) return expect([400, 415]).toContain(result.problem.status);
    for (const event of (result as Submittable).events) {
      const text = JSON.stringify(event);
      // Postgres stores neither of them.
      expect([text.includes(String.raw`\u0000`), /\\ud[89a-f]/i.test(text)]).toEqual([false, false]);
    }
  });

  it("reads a body that is not UTF-8 as windows-1252, and says so", async () => {
    const result = await read(provider, inWindows1252(provider.sample.body), MAPPING);
    if (result instanceof Rejection) return expect([400, 415]).toContain(result.problem.status);
    expect((result as Submittable).note).toContain("windows-1252");
    expect(JSON.stringify((result as Submittable).input.body)).not.toContain("\uFFFD");
  });
});

describe("a batch of 10,000 events", () => {
  it.each(Object.entries(LARGE_BATCHES))("is read completely by %s", async (id, body) => {
    const result = await read(PROVIDERS.get(id)!, JSON.stringify(body()), { alertKey: "id", title: "title" });
    const { events } = result as Submittable;
    expect(events).toHaveLength(10_000);
    expect(events.filter((event) => "unreadable" in event)).toEqual([]);
  });
});
