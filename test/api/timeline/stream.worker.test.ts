import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { latestCursor } from "../../../src/db/timeline.ts";
import { api, ask, call, createIntegration, deliver, flushed } from "../../support/worker.ts";
import { type Entry, entryIdsOf, type Message, StreamClient } from "./client.ts";

const names = (messages: Message[]) => messages.map(({ data }) => `${data.type} ${data.alert.alertKey}`);

describe("GET /v1/timeline/stream", () => {
  it("sends each entry at least once, and those of an alert in order, over twenty interrupted connections", async () => {
    const integration = await createIntegration();
    const client = await new StreamClient(`integrationId=${integration.id}`).begin();
    let isDone = false;
    const load = (async () => {
      for (let i = 0; !isDone; i++) {
        const status = ["firing", "firing", "ack", "resolved"][i % 4];
        await deliver(integration, { id: `k${i % 7}`, title: "x", status, description: String(i) });
        // Without a pause the load would keep the only thread busy.
        if (i % 5 === 0) await flushed(integration);
      }
      await flushed(integration);
    })();

    const received: Entry[] = [];
    const listen = async (isEnough: (messages: Message[]) => boolean) =>
      void received.push(...(await client.listen(isEnough)).map(({ data }) => data));
    try {
      for (let connection = 0; connection < 20; connection++) await listen((got) => got.length > connection % 4);
    } finally {
      isDone = true;
    }
    await load;
    const entries = await entryIdsOf(integration);
    await listen((got) => {
      const ids = new Set([...received.map(({ id }) => id), ...got.map(({ data }) => data.id)]);
      return entries.every((id) => ids.has(id));
    });

    const distinct = [...new Map(received.map((entry) => [entry.id, entry])).values()];
    expect(distinct.map(({ id }) => id).toSorted()).toEqual(entries.toSorted());
    for (const ofAlert of Map.groupBy(distinct, ({ alertId }) => alertId).values()) {
      const ids = ofAlert.map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
    }
  });

  it.each(["", "cursor=now&"])("starts at the present with %j, and sends the current alert", async (query) => {
    const integration = await createIntegration();
    await deliver(integration, { id: "before", title: "x" });
    await flushed(integration);
    const client = await new StreamClient(`${query}integrationId=${integration.id}`).begin();
    await deliver(integration, { id: "after", title: "x", severity: "critical" });
    const [message] = await client.listen((got) => got.length > 0);
    expect(message).toMatchObject({
      event: "entry",
      data: {
        type: "CREATED",
        actor: { type: "source" },
        alert: {
          alertKey: "after",
          severity: "CRITICAL",
          version: 1,
          consoleUrl: expect.stringMatching(/^https:\/\/console\.test\/alerts\/[0-9a-f-]{36}$/),
        },
      },
    });
  });

  it("starts after the cursor of a query, which Last-Event-ID overrides on a reconnect", async () => {
    const integration = await createIntegration();
    const { body } = await api<{ nextCursor: string }>("GET", "/v1/timeline?cursor=now");
    await deliver(integration, { id: "a", title: "x" });
    await deliver(integration, { id: "b", title: "x" });
    const client = new StreamClient(`integrationId=${integration.id}&cursor=${body.nextCursor}`);
    expect(names(await client.listen((got) => got.length > 0))).toEqual(["CREATED a"]);
    expect(names(await client.listen((got) => got.length > 0))).toEqual(["CREATED b"]);
  });

  it("applies the filters of the list, and sends the entry with which an alert leaves them", async () => {
    const integration = await createIntegration();
    const open = await new StreamClient(`integrationId=${integration.id}&status=OPEN&label.service=a`).begin();
    await deliver(integration, { id: "b", title: "x", service: "b" });
    await deliver(integration, { id: "a", title: "x", service: "a" });
    await deliver(integration, { id: "a", title: "x", service: "a", status: "ack" });
    await deliver(integration, { id: "a", title: "x", service: "a", status: "resolved" });
    await deliver(integration, { id: "c", title: "x", service: "a" });
    const sent = await open.listen((got) => ["ACKNOWLEDGED a", "CREATED c"].every((one) => names(got).includes(one)));
    // The first entry is sent only if its alert was still OPEN at that moment.
    expect(names(sent).filter((one) => one !== "CREATED a")).toHaveLength(2);
  });

  it("ends at once when its key is revoked, also while it catches up", async () => {
    const integration = await createIntegration();
    const { body: before } = await api<{ nextCursor: string }>("GET", "/v1/timeline?cursor=now");
    await deliver(
      integration,
      Array.from({ length: 700 }, (_, i) => ({ id: `k${i}`, title: "x" })),
    );
    await flushed(integration);
    const { body: key } = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "stream",
      scopes: ["alerts:read"],
    });
    const path = `/v1/timeline/stream?cursor=${before.nextCursor}&integrationId=${integration.id}`;
    const reply = await ask(path, { authorization: `Bearer ${key.key}` });
    const reader = reply
      .body!.pipeThrough(new TextDecoderStream() as never)
      .getReader() as ReadableStreamDefaultReader<string>;
    let text = "";
    while (!text.includes("event: entry")) text += (await reader.read()).value;
    await api("DELETE", `/v1/api-keys/${key.id}`);
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    // The client had asked for no more than the first two pages.
    expect(text.match(/event: entry/g)?.length).toBeLessThanOrEqual(400);
    expect((await ask(path, { authorization: `Bearer ${key.key}` })).status).toBe(401);
  });

  it("sends `reset` and starts at the present when the cursor is of another database", async () => {
    const client = new StreamClient("query=x");
    client.lastEventId = "9000000000000000000.1.00000000-0000-0000-0000-000000000000";
    const [message] = await client.listen((got) => got.length > 0);
    expect(message?.event).toBe("reset");
    const { xid } = await latestCursor(connect(env));
    expect(client.lastEventId?.startsWith(`${xid}.`)).toBe(true);
  });

  it.each(["nonsense", "1.2", "1.2.3", "-1.0.00000000-0000-0000-0000-000000000000"])(
    "rejects the cursor %j",
    async (cursor) => {
      const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "last-event-id": cursor };
      expect((await call("GET", "/v1/timeline/stream", { headers })).status).toBe(400);
      expect((await api("GET", `/v1/timeline/stream?cursor=${cursor}`)).status).toBe(400);
    },
  );
});
