import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";
import { type Entry, entryIdsOf, StreamClient } from "./client.ts";

interface Page {
  data: Entry[];
  nextCursor: string;
}

/** Reads all entries of an integration after a cursor. */
async function readAll({ id }: TestIntegration, cursor: string | null, limit = 7): Promise<Page> {
  const data: Entry[] = [];
  for (let next = cursor; ;) {
    const query = next === null ? "" : `&cursor=${next}`;
    const { status, body } = await api<Page>("GET", `/v1/timeline?integrationId=${id}&limit=${limit}${query}`);
    expect(status).toBe(200);
    data.push(...body.data);
    next = body.nextCursor;
    if (body.data.length === 0) return { data, nextCursor: next };
  }
}

describe("GET /v1/timeline", () => {
  it("returns each entry once, and those of an alert in order, while more are written", async () => {
    const integration = await createIntegration();
    let cursor: string | null = null;
    const seen: Entry[] = [];
    const readMore = async () => {
      const { data, nextCursor } = await readAll(integration, cursor);
      seen.push(...data);
      cursor = nextCursor;
    };
    for (let round = 0; round < 10; round++) {
      for (let key = 0; key < 5; key++)
        await deliver(integration, { id: `k${key}`, title: `${round}`, status: "firing" });
      await readMore();
    }
    await flushed(integration);
    const all = (await entryIdsOf(integration)).toSorted();
    // Entries appear once no older transaction is in progress, also those of other tests.
    while (seen.length < all.length) await readMore();
    expect(seen.map(({ id }) => id).toSorted()).toEqual(all);
    const { data: again } = await readAll(integration, null, 200);
    expect(again.map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
    expect(seen.filter(({ alert }) => alert.alertKey === "k1").map(({ type }) => type)).toEqual([
      "CREATED",
      ...Array.from({ length: 9 }, () => "REPEATED"),
    ]);
  });

  it("always returns a cursor, and the same in a Link header", async () => {
    const integration = await createIntegration();
    const { body, headers } = await api<Page>("GET", `/v1/timeline?integrationId=${integration.id}&limit=1`);
    expect(body).toEqual({ data: [], nextCursor: expect.any(String) });
    expect(headers.get("link")).toBe(
      `<https://tocsin.test/v1/timeline?integrationId=${integration.id}&limit=1&cursor=${body.nextCursor}>; rel="next"`,
    );
  });

  it("starts at the present with `cursor=now`", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "before", title: "x" });
    await flushed(integration);
    const start = await readAll(integration, "now");
    expect(start.data).toEqual([]);
    await deliver(integration, { id: "after", title: "x" });
    await flushed(integration);
    let { data } = await readAll(integration, start.nextCursor);
    while (data.length === 0) ({ data } = await readAll(integration, start.nextCursor));
    expect(data.map(({ alert }) => alert.alertKey)).toEqual(["after"]);
  });

  it("resumes after the last event of a stream", async () => {
    const integration = await createIntegration();
    const client = await new StreamClient(`integrationId=${integration.id}`).begin();
    await deliver(integration, { id: "a", title: "a" });
    await client.listen((messages) => messages.length === 1);
    await deliver(integration, { id: "b", title: "b" });
    await flushed(integration);
    const { data } = await readAll(integration, client.lastEventId);
    expect(data.map(({ alert }) => alert.alertKey)).toEqual(["b"]);
  });

  it("rejects an invalid cursor with 400, and one of another database with 409", async () => {
    const invalid = await api("GET", "/v1/timeline?cursor=nonsense");
    expect(invalid.body).toMatchObject({ status: 400, detail: "Invalid cursor. Start again without `cursor`." });
    const elsewhere = "999999999999.0.00000000-0000-0000-0000-000000000000";
    expect((await api("GET", `/v1/timeline?cursor=${elsewhere}`)).status).toBe(409);
  });
});
