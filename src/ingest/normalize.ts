import { boundEvents } from "../alerts/bounds.ts";
import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { safeText } from "../lib/json.ts";
import { missingNote } from "../providers/missing-note.ts";
import { BodyError, type Provider, type Reading } from "../providers/provider.ts";
import { suggestProvider } from "../providers/recognition.ts";
import type { Normalized, Parsed } from "./delivery.ts";
import { markHeartbeats } from "./mark-heartbeats.ts";
import { rejectBody, type Rejection } from "./rejection.ts";

/** A note may quote a word of the body. In characters. */
const MAX_NOTE_LENGTH = 500;

/** Reads the events of a delivery in its provider's format. */
export async function normalize(delivery: Parsed): Promise<Normalized | Rejection> {
  const { provider, config } = delivery.integration;
  try {
    const read = await provider.read(delivery.input);
    const bounded = await boundEvents(read.events);
    const reading = { ...read, events: markHeartbeats(bounded, config.heartbeatMatchers ?? [], config.id) };
    // A replay must produce the same keys as the first delivery.
    const id = delivery.replayOf?.id ?? delivery.id;
    return {
      ...delivery,
      reading,
      events: provider.usesDeliveryIdAsKey ? reading.events.map((event) => withKey(event, id)) : reading.events,
      note: noteOf([read.note ?? keyNote(provider, read, delivery.input.body), ...delivery.notes]),
    };
  } catch (error) {
    return rejectBody(delivery, withSource(error, delivery));
  }
}

/** A note for an alert that no other event can repeat or resolve. */
function keyNote({ usesDeliveryIdAsKey }: Provider, { events }: Reading, body: unknown): string | undefined {
  const isKeyless = events.some(
    (event) => !("unreadable" in event) && event.action === "trigger" && event.alertKey === null,
  );
  return isKeyless && !usesDeliveryIdAsKey ? missingNote({ "alert key": null }, body) : undefined;
}

/** The note for the operator about the delivery, in one line; null: none. */
function noteOf(notes: readonly (string | undefined)[]): string | null {
  const given = notes.filter((note) => note !== undefined).map((note) => safeText(note).slice(0, MAX_NOTE_LENGTH));
  return given.length === 0 ? null : given.join("; ");
}

/** The error of a body that the provider cannot read. If another source sends such bodies, it says so. */
function withSource(error: unknown, { integration: { config, provider }, input }: Parsed): unknown {
  const source = error instanceof BodyError ? suggestProvider(config, input) : null;
  if (source === null) return error;
  return new BodyError(`this looks like a delivery of ${source.name}, but the integration is for ${provider.name}`);
}

/** A trigger without an alert key gets the delivery's id as its key. */
const withKey = (event: AlertEvent | UnreadableEvent, deliveryId: string): AlertEvent | UnreadableEvent =>
  "unreadable" in event || event.alertKey !== null || event.action !== "trigger"
    ? event
    : { ...event, alertKey: deliveryId, externalId: event.externalId ?? deliveryId };
