/** A client of `GET /v1/timeline/stream`, for tests. */
import { env, exports } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { connect } from "../../../src/db/client.ts";
import type { TestIntegration } from "../../support/worker.ts";

export interface Entry {
  id: string;
  type: string;
  alertId: string;
  alert: { id: string; status: string; version: number; alertKey: string };
}

export interface Message {
  event: string | null;
  data: Entry;
}

/** Reads until it has enough messages and disconnects. The next call resumes after the last event id. */
export class StreamClient {
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

  /** Reads messages until `isEnough`, and disconnects, possibly in the middle of a message. */
  async listen(isEnough: (messages: Message[]) => boolean): Promise<Message[]> {
    const reader = await this.#open();
    const messages: Message[] = [];
    let buffer = "";
    while (!isEnough(messages)) {
      const { done, value } = await reader.read();
      if (done) break;
      buffer += value;
      for (let end = buffer.indexOf("\n\n"); end !== -1 && !isEnough(messages); end = buffer.indexOf("\n\n")) {
        this.#read(buffer.slice(0, end), messages);
        buffer = buffer.slice(end + 2);
      }
    }
    await reader.cancel();
    return messages;
  }

  #read(block: string, messages: Message[]): void {
    const fields = new Map(block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
    this.lastEventId = fields.get("id") ?? this.lastEventId;
    const [event, data] = [fields.get("event") ?? null, fields.get("data")];
    // Silences of other tests: they concern all clients.
    if (data !== undefined && event !== "muting") messages.push({ event, data: JSON.parse(data) as Entry });
  }

  /** Connects and waits for the first cursor. */
  async begin(): Promise<this> {
    await this.listen(() => this.lastEventId !== null);
    return this;
  }
}

/** The ids of all timeline entries of an integration's alerts. */
export async function entryIdsOf({ id }: TestIntegration): Promise<string[]> {
  const { rows } = await connect(env).execute<{ id: string }>(
    sql`select e.id from alert_timeline e join alerts a on a.id = e.alert_id where a.integration_id = ${id}`,
  );
  return rows.map((row) => row.id);
}
