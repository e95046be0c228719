/**
 * The live connection of a page: a WebSocket that receives timeline entries. Unless it is kept, it is closed while the tab is hidden, and
 * resumes where it stopped. src/objects/feed/rpc.ts describes the events.
 */
import type { Schemas } from "../../../packages/client/src/index.ts";

export type LiveEntry = Schemas["TimelineEntryWithAlert"];

/** A list that also changes without timeline entries. */
type ListName = "deliveries" | "subscriptions";

type LiveEvent =
  | { event: "entry"; id: string; data: LiveEntry }
  | { event: "position" | "reset" | "more" | "muting" | ListName; id: string };

interface Handlers {
  onEntry: (entry: LiveEntry) => void;
  /** Entries may be missing: the page must be fetched again. */
  onGap: () => void;
  /** Other alerts are muted: lists must be fetched again. */
  onMuting: () => void;
  /** Rows of a list changed. */
  onList?: (list: ListName) => void;
  /** Connected again: no entry is missing, but changes of lists may be. */
  onResumed?: () => void;
  /** The connection was closed, perhaps because the session has ended. */
  onLost: () => void;
  onState: (isUp: boolean) => void;
}

interface Options {
  /** Keeps the connection while the tab is hidden, too. */
  isKeptHidden?: boolean;
}

const PING_MS = 15_000;
const BACKOFF_MS = { base: 1000, max: 30_000 };

/** After a longer pause the page is fetched again, instead of all entries of the pause. */
const MAX_PAUSE_MS = 5 * 60_000;

/** Connects whenever the tab is visible. @param path of the stream */
export function connectLive(
  path: string,
  { onEntry, onGap, onMuting, onList, onResumed, onLost, onState }: Handlers,
  { isKeptHidden = false }: Options = {},
): void {
  let socket: WebSocket | null = null;
  let cursor: string | null = null;
  let stoppedAt = 0;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    clearTimeout(retry);
    if (socket || (document.hidden && !isKeptHidden)) return;
    if (cursor !== null && stoppedAt > 0 && Date.now() - stoppedAt > MAX_PAUSE_MS) cursor = null;
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (cursor !== null) url.searchParams.set("cursor", cursor);
    const opened = new WebSocket(url);
    socket = opened;
    let isFirst = true;
    const ping = setInterval(() => opened.readyState === WebSocket.OPEN && opened.send("ping"), PING_MS);
    opened.addEventListener("message", ({ data }: MessageEvent<string>) => {
      if (data === "pong" || socket !== opened) return;
      if (isFirst && cursor !== null) onResumed?.();
      isFirst = false;
      receive(opened, JSON.parse(data) as LiveEvent[]);
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

  function receive(from: WebSocket, events: readonly LiveEvent[]): void {
    const isGap = cursor === null || events.some(({ event }) => event === "reset");
    failures = 0;
    onState(true);
    for (const event of events) {
      cursor = event.id;
      if (event.event === "entry") onEntry(event.data);
      if (event.event === "more") from.send("more");
      if (event.event === "deliveries" || event.event === "subscriptions") onList?.(event.event);
    }
    if (isGap) onGap();
    else if (events.some(({ event }) => event === "muting")) onMuting();
  }

  function close(): void {
    clearTimeout(retry);
    stoppedAt = Date.now();
    socket?.close();
    socket = null;
  }

  if (!isKeptHidden) addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  addEventListener("online", open);
  open();
}
