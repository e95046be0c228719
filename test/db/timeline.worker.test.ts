import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { latestCursor, listTimeline } from "../../src/db/timeline.ts";

describe("listTimeline", () => {
  it("returns no entries of transactions that may still be in progress", async () => {
    const db = connect(env);
    const start = await latestCursor(db);
    const { entries, nextCursor } = await listTimeline(db, [], {}, start, 10);
    expect(entries).toEqual([]);
    expect(nextCursor.xid).toBeGreaterThanOrEqual(start.xid);
  });
});
