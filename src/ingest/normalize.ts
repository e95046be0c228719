import { boundEvents } from "../alerts/bounds.ts";
import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { safeText } from "../lib/json.ts";
import { PROVIDERS } from "../providers/index.ts";
import { missingNote } from "../providers/missing-note.ts";
import { BodyError, type Provider, type ProviderInput, type Reading } from "../providers/provider.ts";
import type { Normalized, Parsed } from "./delivery.ts";
import { markHeartbeats } from "./mark-heartbeats.ts";
import { rejectBody, type Rejection } from "./rejection.ts";

/** A note may quote a word of the body. In characters. */
const MAX_NOTE_LENGTH = 500;

/** Reads the events of a delivery in its provider's format. */
export async function normalize(delivery: Parsed): Promise<Normalized | Rejection> {
  const { provider, config } = delivery.integration;
  try {
    const read = await readUnlessForeign(provider, delivery.input);
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
    return rejectBody(delivery, error);
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

/** Reads a body, unless it has the format of another source: the wrong rules would create a wrong alert. */
async function readUnlessForeign(provider: Provider, input: ProviderInput): Promise<Reading> {
  if (!provider.recognizes || provider.recognizes(input)) return provider.read(input);
  const others = [...PROVIDERS.values()].filter(
    (other) => other.recognizes?.(input) && !provider.relatedSources?.includes(other.id),
  );
  const unique = others.find(({ hasUniqueBody }) => hasUniqueBody);
  if (unique) throw foreignBody(unique, provider);
  const [other] = others;
  if (!other) return provider.read(input);
  const reading = await readOrNull(provider, input);
  // An operator's template may look like another source by chance. So may a vendor's new version, but its alert key stays.
  if (reading && (provider.isTemplated || hasKey(reading))) return reading;
  throw foreignBody(other, provider);
}

async function readOrNull(provider: Provider, input: ProviderInput): Promise<Reading | null> {
  try {
    return await provider.read(input);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return null;
  }
}

const hasKey = ({ events }: Reading): boolean =>
  events.some((event) => !("unreadable" in event) && event.alertKey !== null);

const foreignBody = (source: Provider, provider: Provider): BodyError =>
  new BodyError(`this looks like a delivery of ${source.name}, but the integration is for ${provider.name}`);

/** A trigger without an alert key gets the delivery's id as its key. */
const withKey = (event: AlertEvent | UnreadableEvent, deliveryId: string): AlertEvent | UnreadableEvent =>
  "unreadable" in event || event.alertKey !== null || event.action !== "trigger"
    ? event
    : { ...event, alertKey: deliveryId, externalId: event.externalId ?? deliveryId };
