/** A WebSocket client of `GET /v1/timeline/stream`, as the console has it. */
import { env, exports } from "cloudflare:workers";
import { type FeedEvent, MORE } from "../../../src/objects/feed/rpc.ts";
import { until } from "../../support/worker.ts";

interface Entry {
  id: string;
  type: string;
  alert: { alertKey: string; status: string };
}

export const ROOT_KEY = { authorization: `Bearer ${env.ROOT_API_KEY}` };

const worker = (): Fetcher => (exports as unknown as { default: Fetcher }).default;

/** Asks for a WebSocket. */
export const upgrade = (query: string, headers: Record<string, string>): Promise<Response> =>
  worker().fetch(`https://tocsin.test/v1/timeline/stream?${query}`, { headers: { upgrade: "websocket", ...headers } });

/** Asks for a WebSocket and closes it. @returns the status code */
export async function statusOf(query: string, headers: Record<string, string>): Promise<number> {
  const { status, webSocket } = await upgrade(query, headers);
  webSocket?.accept();
  webSocket?.close();
  return status;
}

const open = new Set<LiveClient>();

/** Closes every client, and waits until the Feed knows. */
export async function closeAll(): Promise<void> {
  for (const client of open) client.close();
  open.clear();
  await until(async () => (await env.FEED_OBJECTS.getByName("0").listenerCount()) === 0);
}

export class LiveClient {
  readonly events: FeedEvent[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") return;
      for (const event of JSON.parse(String(data)) as FeedEvent[]) {
        this.events.push(event);
        if (event.event === "more") socket.send(MORE);
      }
    });
    socket.addEventListener("close", ({ code }) => {
      this.closeCode = code;
    });
  }

  /** Connects, and waits for the first position. */
  static async connect(query: string, headers: Record<string, string> = ROOT_KEY): Promise<LiveClient> {
    const response = await upgrade(query, headers);
    if (!response.webSocket) throw new Error(`no WebSocket: ${response.status} ${await response.text()}`);
    const client = new LiveClient(response.webSocket);
    open.add(client);
    await until(async () => client.events.length > 0);
    return client;
  }

  get entries(): Entry[] {
    return this.events.flatMap((event) => (event.event === "entry" ? [event.data as Entry] : []));
  }

  get alertKeys(): string[] {
    return this.entries.map(({ alert }) => alert.alertKey);
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? "";
  }

  /** Waits until an entry of the alert has arrived. */
  received(alertKey: string): Promise<unknown> {
    return until(async () => this.alertKeys.includes(alertKey));
  }

  /** Waits until the Feed has closed the socket. */
  closed(): Promise<number> {
    return until(async () => this.closeCode);
  }

  close(): void {
    this.#socket.close();
  }
}
