import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { DedupKey } from "../../../../src/alerts/dedup-key.ts";
import { newId } from "../../../../src/lib/ids.ts";
import {
  idIn,
  newIdsFor,
  parseStoredKey,
  partitionOfAlert,
  partitionOfDedupKey,
  PARTITIONS,
  partitionOfStoredKey,
  storedKey,
} from "../../../../src/objects/integration/shards/partitions.ts";
import { HEARTBEAT_KEY } from "../../../../src/objects/integration/system-changes.ts";

const dedupKeys = fc.record<DedupKey>({ kind: fc.constantFrom("key", "fingerprint"), value: fc.string() });
const partitions = fc.integer({ min: 0, max: PARTITIONS - 1 });

describe("storedKey", () => {
  test.prop([dedupKeys, partitions])("holds the dedup key and the partition", (dedupKey, partition) => {
    for (const [key, own] of [
      [storedKey(dedupKey), null],
      [storedKey(dedupKey, partition), partition],
    ] as const) {
      expect(partitionOfStoredKey(key)).toBe(own);
      expect(parseStoredKey(key)).toEqual(dedupKey);
    }
  });
});

describe("partitionOfAlert", () => {
  test.prop([partitions])("reads the partition of an alert without a key from its id", (partition) => {
    expect(partitionOfAlert({ id: idIn(partition, newId()), alertKey: null })).toBe(partition);
  });

  test.prop([dedupKeys])(
    "finds the alert that an event without a key opened in the delivery's partition",
    (dedupKey) => {
      const id = newIdsFor(dedupKey).alert(null);
      expect(partitionOfAlert({ id, alertKey: null })).toBe(partitionOfDedupKey(dedupKey));
    },
  );

  it("puts the missed-heartbeat alert into the first partition, which the first shard owns", () => {
    expect(partitionOfAlert({ id: newId(), alertKey: HEARTBEAT_KEY })).toBe(0);
  });

  it("fills the partitions evenly", () => {
    const counts = Array<number>(PARTITIONS).fill(0);
    for (let number = 0; number < 16_000; number++) {
      const partition = partitionOfAlert({ id: "", alertKey: `{}/{team="a"}:{instance="web-${number}.example.com"}` });
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });
});
