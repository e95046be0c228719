import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { alerts, alertTimeline, webhookDeliveries } from "../../../src/db/schema.ts";
import type { Writer } from "../../../src/objects/writer/object.ts";
import type { WriteReply, WriteRequest } from "../../../src/objects/writer/rpc.ts";
import { alertRow, chunkOf, openingEntry } from "../../db/chunks.ts";
import { createIntegration, until, withDatabase } from "../../support/worker.ts";
import { reportOf } from "./requests.ts";

/** A Writer of its own, so that the traffic of other tests is not merged. */
const writerOf = (name: string): DurableObjectStub<Writer> => env.WRITER_OBJECTS.getByName(`test ${name}`);

const requestFor = (id: string, ...entries: Parameters<typeof chunkOf>[0]): WriteRequest => ({
  integrationId: id,
  chunks: [chunkOf(entries)],
  isUrgent: false,
  report: reportOf(id),
});

const xidsOf = async (...alertIds: string[]): Promise<string[]> => {
  const rows = await connect(env).select().from(alertTimeline).where(inArray(alertTimeline.alertId, alertIds));
  return rows.map(({ recordedXid }) => recordedXid);
};

const countOf = async (integrationId: string): Promise<[alerts: number, deliveries: number]> => {
  const db = connect(env);
  return [
    await db.$count(alerts, eq(alerts.integrationId, integrationId)),
    await db.$count(webhookDeliveries, eq(webhookDeliveries.integrationId, integrationId)),
  ];
};

const kindsOf = (replies: readonly WriteReply[]): string[] => replies.map(({ kind }) => kind);

describe("Writer", () => {
  it("merges the chunks of several integrations that wait into one transaction", async () => {
    const integrations = await Promise.all(Array.from({ length: 5 }, () => createIntegration()));
    const entries = integrations.map(({ id }) => openingEntry(id));
    const writer = writerOf("merge");
    const replies = await Promise.all(integrations.map(({ id }, at) => writer.write(requestFor(id, entries[at]!))));
    expect(kindsOf(replies)).toEqual(Array(5).fill("written"));
    const xids = await xidsOf(...entries.map(({ alerts: [alert] }) => alert.id));
    expect([xids.length, new Set(xids).size]).toEqual([5, 2]);
  });

  it("writes the chunks of all others when one integration has a bad row, or is unknown", async () => {
    const [first, good, bad, last] = await Promise.all(Array.from({ length: 4 }, () => createIntegration()));
    const unknown = crypto.randomUUID();
    const writer = writerOf("bad row");
    const rejected = { alerts: [alertRow(bad!.id, {}, "a\u0000b")] };
    const replies = await Promise.all([
      writer.write(requestFor(first!.id, openingEntry(first!.id))),
      writer.write(requestFor(good!.id, openingEntry(good!.id))),
      writer.write(requestFor(bad!.id, openingEntry(bad!.id), rejected)),
      writer.write(requestFor(unknown, openingEntry(unknown))),
      writer.write(requestFor(last!.id, openingEntry(last!.id))),
    ]);
    expect(kindsOf(replies)).toEqual(["written", "written", "invalid-data", "unknown-integration", "written"]);
    const counts = await Promise.all([first!, good!, bad!, last!].map(({ id }) => countOf(id)));
    expect(counts).toEqual([[1, 1], [1, 1], [0, 0], [1, 1]]); // prettier-ignore
    // The object halves its batch.
    expect(kindsOf([await writer.write(requestFor(bad!.id, openingEntry(bad!.id)))])).toEqual(["written"]);
  });

  it("is busy before it holds more than 16 MB", async () => {
    const integration = await createIntegration();
    const writer = writerOf("busy");
    const body = new Uint8Array(1_400_000);
    const replies = await Promise.all(
      Array.from({ length: 12 }, () =>
        writer.write({
          ...requestFor(integration.id),
          chunks: [chunkOf([openingEntry(integration.id)], [body])],
        }),
      ),
    );
    const written = replies.filter(({ kind }) => kind === "written").length;
    expect(replies.filter(({ kind }) => kind === "busy")).toHaveLength(12 - written);
    expect([written >= 6, written < 10, await countOf(integration.id)]).toEqual([true, true, [written, written]]);
  });

  it("answers that Postgres failed, and writes the same request later", async () => {
    const integration = await createIntegration();
    const request = requestFor(integration.id, openingEntry(integration.id));
    const writer = writerOf("failed");
    const reply = await withDatabase("down", async () => await writer.write(request));
    expect(reply).toMatchObject({ kind: "failed", error: expect.stringContaining("500") });
    expect(await writer.write(request)).toMatchObject({ kind: "written" });
    expect(await countOf(integration.id)).toEqual([1, 1]);
  });

  it("writes exactly once when it is reset after the commit and its caller calls again", async () => {
    const integration = await createIntegration();
    const request = requestFor(integration.id, openingEntry(integration.id));
    const lost = writerOf("reset").write(request).catch(() => null); // prettier-ignore
    await until(async () => (await countOf(integration.id))[0] === 1);
    await runInDurableObject(writerOf("reset"), (_, state) => state.abort("reset by the test")).catch(() => undefined);
    await lost;
    expect(await writerOf("reset").write(request)).toMatchObject({ kind: "written" });
    expect(await countOf(integration.id)).toEqual([1, 1]);
  });

  it("keeps the report of every call, also of one without chunks", async () => {
    const writer = writerOf("reports");
    const report = reportOf("an-object/3", { rows: 7, lastError: "away" });
    const reply = await writer.write({ integrationId: "an-object", chunks: [], isUrgent: false, report });
    expect(reply).toEqual({ kind: "written", xid: "0", unnotified: [] });
    const { reports } = await writer.reports();
    expect(reports).toEqual([{ ...report, reportedAt: expect.any(Number) }]);
  });
});
