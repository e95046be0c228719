import { env, exports } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { latestCursor, listTimeline } from "../../../src/db/timeline.ts";
import { connect } from "../../../src/db/client.ts";
import { api, call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Change {
  id: string;
  type: string;
  alertId: string;
  alert: { id: string; status: string; version: number; alertKey: string };
}

interface Message {
  event: string | null;
  data: Change;
}

/** A client of the stream: it reads until it has enough, hangs up, and comes back with the last id that it got. */
class Client {
  lastEventId: string | null = null;
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  async #open(): Promise<ReadableStreamDefaultReader<string>> {
    const worker = (exports as unknown as { default: Fetcher }).default;
    const response = await worker.fetch(`https://tocsin.test/v1/timeline/stream?${this.#query}`, {
      headers: {
        authorization: `Bearer ${env.ROOT_API_KEY}`,
        ...(this.lastEventId !== null && { "last-event-id": this.lastEventId }),
      },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    return response.body!.pipeThrough(new TextDecoderStream() as never).getReader() as never;
  }

  /** Messages until `isEnough`; then the connection is cut, maybe in the middle of what had come. */
  async listen(isEnough: (messages: Message[]) => boolean): Promise<Message[]> {
    const reader = await this.#open();
    const messages: Message[] = [];
    let buffer = "";
    while (!isEnough(messages)) {
      const { done, value } = await reader.read();
      if (done) break;
      buffer += value;
      for (let end = buffer.indexOf("\n\n"); end !== -1 && !isEnough(messages); end = buffer.indexOf("\n\n")) {
        this.#take(buffer.slice(0, end), messages);
        buffer = buffer.slice(end + 2);
      }
    }
    await reader.cancel();
    return messages;
  }

  #take(block: string, messages: Message[]): void {
    const fields = new Map(block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
    this.lastEventId = fields.get("id") ?? this.lastEventId;
    const data = fields.get("data");
    if (data !== undefined) messages.push({ event: fields.get("event") ?? null, data: JSON.parse(data) as Change });
  }

  /** Waits until the stream says where it begins. */
  async begin(): Promise<this> {
    await this.listen(() => this.lastEventId !== null);
    return this;
  }
}

const entriesOf = async ({ id }: TestIntegration): Promise<string[]> => {
  const { rows } = await connect(env).execute<{ id: string }>(
    sql`select e.id from alert_timeline e join alerts a on a.id = e.alert_id where a.integration_id = ${id}`,
  );
  return rows.map((row) => row.id);
};

const names = (messages: Message[]) => messages.map(({ data }) => `${data.type} ${data.alert.alertKey}`);

describe("GET /v1/timeline/stream", () => {
  it("tells each change at least once and those of an alert in order, though it is cut fifty times under load", async () => {
    const integration = await createIntegration();
    const client = await new Client(`integrationId=${integration.id}`).begin();
    let isCutEnough = false;
    const load = (async () => {
      for (let i = 0; !isCutEnough; i++) {
        const status = ["firing", "firing", "ack", "resolved"][i % 4];
        await deliver(integration, { id: `k${i % 7}`, title: "x", status, description: String(i) });
        // Without a pause the load would have the only thread for itself.
        if (i % 5 === 0) await flushed(integration);
      }
      await flushed(integration);
    })();

    const heard: Change[] = [];
    const listen = async (isEnough: (messages: Message[]) => boolean) =>
      void heard.push(...(await client.listen(isEnough)).map(({ data }) => data));
    try {
      for (let cuts = 0; cuts < 50; cuts++) await listen((got) => got.length > cuts % 4);
    } finally {
      isCutEnough = true;
    }
    await load;
    const entries = await entriesOf(integration);
    await listen((got) => {
      const ids = new Set([...heard.map(({ id }) => id), ...got.map(({ data }) => data.id)]);
      return entries.every((id) => ids.has(id));
    });

    const first = [...new Map(heard.map((change) => [change.id, change])).values()];
    expect(first.map(({ id }) => id).toSorted()).toEqual(entries.toSorted());
    for (const changes of Map.groupBy(first, ({ alertId }) => alertId).values()) {
      const ids = changes.map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
    }
  });

  it("begins with what comes after it was opened, and gives the alert as it is", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "before", title: "x" });
    await flushed(integration);
    const client = await new Client(`integrationId=${integration.id}`).begin();
    await deliver(integration, { id: "after", title: "x", severity: "critical" });
    const [message] = await client.listen((got) => got.length > 0);
    expect(message).toMatchObject({
      event: "change",
      data: { type: "CREATED", actor: "source", alert: { alertKey: "after", severity: "CRITICAL", version: 1 } },
    });
  });

  it("has the list's filters, and tells once of an alert that leaves them", async () => {
    const integration = await createIntegration();
    const open = await new Client(`integrationId=${integration.id}&status=OPEN&label.service=a`).begin();
    await deliver(integration, { id: "b", title: "x", service: "b" });
    await deliver(integration, { id: "a", title: "x", service: "a" });
    await deliver(integration, { id: "a", title: "x", service: "a", status: "ack" });
    await deliver(integration, { id: "a", title: "x", service: "a", status: "resolved" });
    await deliver(integration, { id: "c", title: "x", service: "a" });
    const told = await open.listen((got) => ["ACKNOWLEDGED a", "CREATED c"].every((one) => names(got).includes(one)));
    // Whether the first one was still OPEN when it was told of, is a matter of time.
    expect(names(told).filter((one) => one !== "CREATED a")).toHaveLength(2);
  });

  it("says so when it does not know the place: the database is another one", async () => {
    const client = new Client("q=x");
    client.lastEventId = "9000000000000000000.1.00000000-0000-0000-0000-000000000000";
    const [message] = await client.listen((got) => got.length > 0);
    expect(message?.event).toBe("reset");
    const { xid } = await latestCursor(connect(env));
    expect(client.lastEventId?.startsWith(`${xid}.`)).toBe(true);
  });

  it.each(["nonsense", "1.2", "1.2.3", "-1.0.00000000-0000-0000-0000-000000000000"])(
    "refuses the id %j",
    async (id) => {
      const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "last-event-id": id };
      expect((await call("GET", "/v1/timeline/stream", { headers })).status).toBe(400);
      expect((await api("GET", `/v1/timeline/stream?lastEventId=${id}`)).status).toBe(400);
    },
  );
});

describe("listTimeline", () => {
  it("leaves out what a transaction still at work may precede", async () => {
    const db = connect(env);
    const start = await latestCursor(db);
    const { entries, nextCursor } = await listTimeline(db, [], {}, start, 10);
    expect(entries).toEqual([]);
    expect(nextCursor.xid).toBeGreaterThanOrEqual(start.xid);
  });
});

describe("GET /v1/timeline", () => {
  interface Feed {
    data: Change[];
    next: string;
    isMore: boolean;
  }

  /** Everything after a place, so many at a time. */
  async function readOn(integration: TestIntegration, after: string | null, limit = 7): Promise<Feed> {
    const data: Change[] = [];
    for (let place = after; ;) {
      const from = place === null ? "" : `&after=${place}`;
      const { status, body } = await api<Feed>(
        "GET",
        `/v1/timeline?integrationId=${integration.id}&limit=${limit}${from}`,
      );
      expect(status).toBe(200);
      data.push(...body.data);
      if (!body.isMore) return { ...body, data };
      place = body.next;
    }
  }

  it("gives every change once, those of an alert in order, whoever asks while more come", async () => {
    const integration = await createIntegration();
    let place: string | null = null;
    const seen: Change[] = [];
    for (let round = 0; round < 10; round++) {
      for (let key = 0; key < 5; key++)
        await deliver(integration, { id: `k${key}`, title: `${round}`, status: "firing" });
      const { data, next } = await readOn(integration, place);
      seen.push(...data);
      place = next;
    }
    await flushed(integration);
    // A transaction of another test may still be at work before ours.
    const all = (await entriesOf(integration)).toSorted();
    while (seen.length < all.length) {
      const { data, next } = await readOn(integration, place);
      seen.push(...data);
      place = next;
    }
    expect(seen.map(({ id }) => id).toSorted()).toEqual(all);
    const { data: again } = await readOn(integration, null, 200);
    expect(again.map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
    expect(seen.filter(({ alert }) => alert.alertKey === "k1").map(({ type }) => type)).toEqual([
      "CREATED",
      ...Array.from({ length: 9 }, () => "REPEATED"),
    ]);
  });

  it("goes on from where a stream was", async () => {
    const integration = await createIntegration();
    const client = await new Client(`integrationId=${integration.id}`).begin();
    await deliver(integration, { id: "a", title: "a" });
    await client.listen((messages) => messages.length === 1);
    await deliver(integration, { id: "b", title: "b" });
    await flushed(integration);
    const { data } = await readOn(integration, client.lastEventId);
    expect(data.map(({ alert }) => alert.alertKey)).toEqual(["b"]);
  });

  it("refuses a place that is none, and one of another database", async () => {
    expect((await api("GET", "/v1/timeline?after=nonsense")).status).toBe(400);
    const elsewhere = "999999999999.0.00000000-0000-0000-0000-000000000000";
    expect((await api("GET", `/v1/timeline?after=${elsewhere}`)).status).toBe(409);
  });
});
