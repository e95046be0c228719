import { describe, expect, it } from "vitest";
import { type ReadDelivery, readDelivery } from "../../src/ingest/normalize.ts";
import { JsonError } from "../../src/lib/json.ts";
import { Problem } from "../../src/lib/problem.ts";
import { mappedProvider } from "../../src/providers/custom.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import { BodyError, type Provider } from "../../src/providers/provider.ts";
import { LARGE_BATCHES, NOT_UTF8, ODD_MEMBERS, withOddMembers } from "../support/odd-bodies.ts";

/** Parses and normalizes a body as the ingest route does for an integration with default settings. */
function read(provider: Provider, body: string | Uint8Array<ArrayBuffer>, mapping: Mapping): Promise<ReadDelivery> {
  const bytes = typeof body === "string" ? (new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>) : body;
  return readDelivery(
    {
      id: "01990000-0000-7000-8000-000000000000",
      headers: new Headers({ "content-type": "application/json", ...provider.sample.headers }),
      bytes,
      path: "",
      query: new URLSearchParams(),
      receivedAt: Date.parse("2026-09-21T14:15:00Z"),
    },
    {
      provider: provider.id === "custom" ? mappedProvider(provider, mapping) : provider,
      idempotencyHeader: null,
      ignore: [],
    },
  );
}

const MAPPING: Mapping = { events: "incidents", title: "name" };

/** Errors for which the sender gets 400 or 415. */
const isRejection = (error: unknown): boolean =>
  error instanceof JsonError || error instanceof BodyError || error instanceof Problem;

describe.each([...PROVIDERS.values()])("$id", (provider) => {
  it.each(Object.entries(ODD_MEMBERS))("normalizes or rejects a body with %s", async (_, members) => {
    const reading = read(provider, withOddMembers(provider.sample.body, members), MAPPING);
    const result = await reading.catch((error: unknown) => error);
    if (result instanceof Error) return expect(result).toSatisfy(isRejection);
    for (const event of (result as ReadDelivery).events) {
      const text = JSON.stringify(event);
      // Postgres stores neither of them.
      expect([text.includes(String.raw`\u0000`), /\\ud[89a-f]/i.test(text)]).toEqual([false, false]);
    }
  });

  it("rejects a body that is not UTF-8", async () => {
    await expect(read(provider, NOT_UTF8, MAPPING)).rejects.toThrow(JsonError);
  });
});

describe("a batch of 10,000 events", () => {
  it.each(Object.entries(LARGE_BATCHES))("is read completely by %s", async (id, body) => {
    const { events } = await read(PROVIDERS.get(id)!, JSON.stringify(body()), { alertKey: "id", title: "title" });
    expect(events).toHaveLength(10_000);
    expect(events.filter((event) => "unreadable" in event)).toEqual([]);
  });
});
