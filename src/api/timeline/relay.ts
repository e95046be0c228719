/** Relays a stream of a Feed as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { type FeedEvent, MORE, PING, PING_INTERVAL_MS, PONG } from "../../objects/feed/rpc.ts";
import { SECOND } from "../../lib/time.ts";

/** A random delay, so that clients do not all reconnect at the same moment. */
const RECONNECT_MS = { min: SECOND, max: 3 * SECOND };

/** The Feed answers each ping. Without an answer to three of them, the connection to it is lost. */
const PONG_TIMEOUT_MS = 3 * PING_INTERVAL_MS;

/**
 * Answers with the events of a stream until one side ends it. A client that reads slowly slows the stream down: the Feed closes
 * it once the pings are missing.
 * @param socket of a Feed, not accepted yet
 */
export function relayAsEvents(socket: WebSocket): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let id: string | null = null;
  let lastMessageAt = Date.now();
  let pending = 0;
  let written = Promise.resolve();
  /** Runs writes one after another; the caller does not wait for them. */
  const enqueue = (work: () => void | Promise<void>): void => {
    pending++;
    written = written
      .then(work)
      .catch(end)
      .finally(() => pending--);
  };
  const write = (text: string): void => enqueue(() => writer.write(encoder.encode(text)));
  function end(): void {
    clearInterval(timer);
    socket.close();
    writer.close().catch(() => undefined);
  }
  const timer = setInterval(() => {
    if (Date.now() - lastMessageAt > PONG_TIMEOUT_MS) return end();
    if (pending > 0) return;
    socket.send(PING);
    // An id without data fires no event in the client, but updates its last event id.
    write(id === null ? ":\n\n" : `id: ${id}\n\n`);
  }, PING_INTERVAL_MS);

  socket.accept();
  socket.addEventListener("message", ({ data }) => {
    lastMessageAt = Date.now();
    if (data === PONG) return;
    for (const event of JSON.parse(String(data)) as FeedEvent[]) {
      id = event.id;
      if (event.event === "more") enqueue(() => socket.send(MORE));
      else write(toText(event));
    }
  });
  socket.addEventListener("close", () => enqueue(end));
  socket.addEventListener("error", end);
  writer.closed.catch(end);

  const { min, max } = RECONNECT_MS;
  write(`retry: ${Math.round(min + (max - min) * Math.random())}\n\n`);
  return new Response(readable, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

const toText = (event: FeedEvent): string => {
  if (event.event === "position") return `id: ${event.id}\n\n`;
  const data = event.event === "entry" ? JSON.stringify(event.data) : "{}";
  return `event: ${event.event}\ndata: ${data}\nid: ${event.id}\n\n`;
};
