/**
 * What a delivery needs in the SQLite of an integration's object, in bytes. A row there may have 2 MB, a call 32 MiB
 * (https://developers.cloudflare.com/durable-objects/platform/limits/).
 */
import type { AlertEvent, IncomingEvent, UnreadableEvent } from "../alerts/event.ts";
import { utf8 } from "../lib/bytes.ts";

/** A row with its other columns. */
export const MAX_ROW_BYTES = 2_000_000;

/** The JSON of one outcome without its alert key: an id, an action, an outcome and a count. */
const OUTCOME_BYTES = 130;

type Event = AlertEvent | IncomingEvent | UnreadableEvent;

/** The row that remembers the outcomes of a delivery, and the one that remembers the reply. */
export const outcomesSize = (events: readonly Event[]): number =>
  events.reduce(
    (size, event) => size + OUTCOME_BYTES + utf8(JSON.stringify("unreadable" in event ? "" : event.alertKey)).length,
    0,
  );

/** The outbox row with the record of a delivery: its body, its headers, and the outcome of each event. */
export const recordSize = (bodyBytes: number, headers: Headers, eventCount: number): number =>
  bodyBytes +
  [...headers].reduce((size, [name, value]) => size + 2 * (name.length + value.length), 20_000) +
  eventCount * 100;
