import { describe, expect, it } from "vitest";
import type { EntryJson } from "../../../src/db/chunk.ts";
import { ChunkBuilder, type EntryRows, type SizedChunk } from "../../../src/objects/integration/chunk-builder.ts";
import { entriesOf } from "../../../src/objects/integration/chunk-entries.ts";
import { MAX_ROW_BYTES } from "../../../src/objects/integration/store/sql.ts";

const rowsOf = (fields: Partial<EntryRows> = {}): EntryRows => ({
  delivery: '{"id":"d"}',
  body: null,
  bodyKind: "none",
  alerts: [],
  timeline: [],
  seen: [],
  ...fields,
});

function build(...entries: EntryRows[]): SizedChunk[] {
  const builder = new ChunkBuilder();
  for (const entry of entries) builder.add(entry);
  return builder.finish();
}

const idOf = (id: string): string => JSON.stringify({ id });
const sizeOf = ({ entries, bodies }: SizedChunk): number => Buffer.byteLength(entries) + bodies.length;

describe("ChunkBuilder", () => {
  it("puts the deliveries of a call into one chunk, with their bodies unchanged", () => {
    const bodies = ["{}", "x\u0000", "警"].map((text) => new TextEncoder().encode(text));
    const [chunk, ...others] = build(
      rowsOf({ body: bodies[0]!, bodyKind: "json", alerts: [idOf("a")], timeline: [idOf("t"), idOf("u")] }),
      rowsOf({ body: bodies[1]!, bodyKind: "bytes" }),
      rowsOf({ body: new Uint8Array(), bodyKind: "none", seen: [idOf("s")] }),
      rowsOf({ body: bodies[2]!, bodyKind: "bytes" }),
    );
    expect(others).toEqual([]);
    expect(JSON.parse(chunk!.entries)).toEqual([
      {
        delivery: { id: "d" },
        body: { at: 0, bytes: 2, kind: "json" },
        alerts: [{ id: "a" }],
        timeline: [{ id: "t" }, { id: "u" }],
      },
      { delivery: { id: "d" }, body: { at: 2, bytes: 2, kind: "bytes" } },
      { delivery: { id: "d" }, seen: [{ id: "s" }] },
      { delivery: { id: "d" }, body: { at: 4, bytes: 3, kind: "bytes" } },
    ]);
    expect(entriesOf(chunk!).map(({ body }) => body)).toEqual([bodies[0], bodies[1], new Uint8Array(), bodies[2]]);
    expect([chunk!.rows, chunk!.bytes]).toEqual([4, sizeOf(chunk!)]);
  });

  it("makes as many chunks as the bound of a row needs, measured in bytes", () => {
    const delivery = JSON.stringify({ id: "d", reason: "警".repeat(10_000) });
    const body = new Uint8Array(20_000);
    const chunks = build(...Array.from({ length: 64 }, () => rowsOf({ delivery, body, bodyKind: "bytes" })));
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every((chunk) => sizeOf(chunk) < MAX_ROW_BYTES && sizeOf(chunk) === chunk.bytes)).toBe(true);
    expect(chunks.flatMap(entriesOf)).toHaveLength(64);
  });

  it("continues the changes of a delivery with very many events in further entries", () => {
    const alerts = Array.from({ length: 3000 }, (_, i) => idOf(`${i} ${"警".repeat(200)}`));
    const chunks = build(rowsOf({ alerts, timeline: alerts, seen: alerts }));
    const entries = chunks.flatMap(entriesOf).map(({ entry }) => entry);
    expect(entries.filter(({ delivery }) => delivery)).toHaveLength(1);
    for (const field of ["alerts", "timeline", "seen"] as const) {
      expect(entries.flatMap((entry) => (entry[field] ?? []).map((row) => JSON.stringify(row)))).toEqual(alerts);
    }
    expect(chunks.every((chunk) => sizeOf(chunk) < MAX_ROW_BYTES)).toBe(true);
  });

  it("gives a delivery that is too large for a row a chunk of its own", () => {
    const large = rowsOf({ delivery: idOf("x".repeat(1_400_000)), body: new Uint8Array(1_000_000), bodyKind: "bytes" });
    expect(build(rowsOf(), large, rowsOf()).map(({ rows }) => rows)).toEqual([1, 1, 1]);
  });

  it("adds entries of other chunks", () => {
    const body = new TextEncoder().encode("{}");
    const chunks = build(rowsOf({ body, bodyKind: "json" }), rowsOf({ body, bodyKind: "json", alerts: [idOf("a")] }));
    const builder = new ChunkBuilder();
    for (const { entry, body: own } of chunks.flatMap(entriesOf).toReversed()) builder.addEntry(entry, own);
    const [moved] = builder.finish();
    expect((JSON.parse(moved!.entries) as EntryJson[]).map((entry) => entry.body?.at)).toEqual([0, 2]);
    expect(moved!.bodies).toEqual(new TextEncoder().encode("{}{}"));
  });
});
