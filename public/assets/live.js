/**
 * The live connection of a page: a WebSocket that receives timeline entries. It is closed while the tab is hidden, and resumes where it
 * stopped. src/objects/feed/rpc.ts describes the events.
 */

const PING_MS = 15_000;
const BACKOFF_MS = { base: 1000, max: 30_000 };

/** After a longer pause the page is fetched again, instead of all entries of the pause. */
const MAX_PAUSE_MS = 5 * 60_000;

/**
 * @typedef {object} LiveEvent
 * @property {"entry" | "position" | "reset" | "more" | "muting"} event
 * @property {string} id
 * @property {any} [data]
 */

/**
 * Connects whenever the tab is visible.
 * @param {string} path of the stream
 * @param {object} handlers
 * @param {(entry: any) => void} handlers.onEntry
 * @param {() => void} handlers.onGap entries may be missing: the page must be fetched again
 * @param {() => void} handlers.onMuting other alerts are muted: lists must be fetched again
 * @param {() => void} handlers.onLost the connection was closed, perhaps because the session has ended
 * @param {(isUp: boolean) => void} handlers.onState
 */
export function connectLive(path, { onEntry, onGap, onMuting, onLost, onState }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {string | null} */
  let cursor = null;
  let stoppedAt = 0;
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;

  function open() {
    clearTimeout(retry);
    if (socket || document.hidden) return;
    if (cursor !== null && stoppedAt > 0 && Date.now() - stoppedAt > MAX_PAUSE_MS) cursor = null;
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (cursor !== null) url.searchParams.set("cursor", cursor);
    const opened = new WebSocket(url);
    socket = opened;
    const ping = setInterval(() => opened.readyState === WebSocket.OPEN && opened.send("ping"), PING_MS);
    opened.addEventListener("message", ({ data }) => {
      if (data !== "pong" && socket === opened) receive(opened, /** @type {LiveEvent[]} */ (JSON.parse(data)));
    });
    opened.addEventListener("close", () => {
      clearInterval(ping);
      if (socket !== opened) return;
      socket = null;
      stoppedAt = Date.now();
      if (failures++ === 0) onLost();
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
      retry = setTimeout(open, Math.random() * Math.min(BACKOFF_MS.max, BACKOFF_MS.base * 2 ** failures));
      if (failures > 2) onState(false);
    });
  }

  /**
   * @param {WebSocket} from
   * @param {LiveEvent[]} events
   */
  function receive(from, events) {
    const isGap = cursor === null || events.some(({ event }) => event === "reset");
    failures = 0;
    onState(true);
    for (const { event, id, data } of events) {
      cursor = id;
      if (event === "entry") onEntry(data);
      if (event === "more") from.send("more");
    }
    if (isGap) onGap();
    else if (events.some(({ event }) => event === "muting")) onMuting();
  }

  function close() {
    clearTimeout(retry);
    stoppedAt = Date.now();
    socket?.close();
    socket = null;
  }

  addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  addEventListener("online", open);
  open();
}
