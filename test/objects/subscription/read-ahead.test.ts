import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { BEGINNING, type TimelineCursor } from "../../../src/db/timeline.ts";
import { ReadAhead } from "../../../src/objects/subscription/read-ahead.ts";

const cursor = (xid: number): TimelineCursor => ({ ...BEGINNING, xid: BigInt(xid) });

class Store {
  cursor: TimelineCursor = BEGINNING;
  moveCursor(next: TimelineCursor): void {
    this.cursor = next;
  }
}

describe("ReadAhead", () => {
  it("moves the cursor past a page when its last message is settled", () => {
    const store = new Store();
    const readAhead = new ReadAhead(store);
    const page = readAhead.add(cursor(7), 2);
    readAhead.settle(page);
    expect([store.cursor.xid, readAhead.cursor?.xid, readAhead.pages]).toEqual([0n, 7n, 1]);
    readAhead.settle(page);
    expect([store.cursor.xid, readAhead.pages]).toEqual([7n, 0]);
  });

  it("moves the cursor past a page without messages at once", () => {
    const store = new Store();
    new ReadAhead(store).add(cursor(7), 0);
    expect(store.cursor.xid).toBe(7n);
  });

  test.prop([fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat(100))])(
    "never moves the cursor past an unsettled message, for any order in which messages are settled",
    (sizes, choices) => {
      const store = new Store();
      const readAhead = new ReadAhead(store);
      const pages = sizes.map((size, index) => readAhead.add(cursor(index + 1), size));
      const left = pages.flatMap((page, index) => Array.from({ length: sizes[index] ?? 0 }, () => page));
      for (;;) {
        const first = pages.findIndex((page) => left.includes(page));
        expect(store.cursor.xid).toBe(BigInt(first === -1 ? pages.length : first));
        const [page] = left.splice((choices.next().value ?? 0) % Math.max(1, left.length), 1);
        if (!page) return;
        readAhead.settle(page);
      }
    },
  );
});
