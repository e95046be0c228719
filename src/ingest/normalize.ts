/** What a verified delivery says and which one it is, before anything is decided. */
import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { boundEvent } from "../alerts/bounds.ts";
import { dedupKeyOf, type DedupKey } from "../alerts/dedup-key.ts";
import { safeText } from "../lib/json.ts";
import { PROVIDERS } from "../providers/index.ts";
import { BodyError, type Provider, type ProviderInput, type Reading } from "../providers/provider.ts";
import { fingerprint, idempotencyKey } from "./dedup-key.ts";
import { parseBody } from "./parse.ts";

/** The parts of a request that a reading looks at. */
export interface Readable {
  id: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
  path: string;
  query: URLSearchParams;
  receivedAt: number;
}

/** How an integration reads: its provider and what it set itself. */
export interface ReadSettings {
  provider: Provider;
  idempotencyHeader: string | null;
  ignore: readonly string[];
}

/** A note may quote a word of the body. In characters. */
const MAX_NOTE = 500;

export interface ReadDelivery {
  events: (AlertEvent | UnreadableEvent)[];
  note: string | null;
  dedupKey: DedupKey;
  idempotencyKey: string | null;
  contentFingerprint: string;
  isJson: boolean;
}

/**
 * Parses, normalises and identifies.
 * @throws JsonError, BodyError or Problem when the body cannot be read
 */
export async function readDelivery(request: Readable, settings: ReadSettings): Promise<ReadDelivery> {
  const { provider, idempotencyHeader, ignore } = settings;
  const { headers, path, query, receivedAt } = request;
  const parsed = await parseBody(request.bytes, headers.get("content-type"), provider.formats ?? [], path !== "");
  const input: ProviderInput = { headers, body: parsed.value, path, query, receivedAt };
  const reading = await readOwn(provider, input);
  const events = await Promise.all(reading.events.map(boundReadable));
  const [key, contentFingerprint] = await Promise.all([
    idempotencyKey(provider, input, idempotencyHeader),
    fingerprint(provider, input, { ...reading, events }, request.bytes, ignore),
  ]);
  return {
    // Only now, so that two deliveries of the same content still have one fingerprint.
    events: provider.givesKeys ? events.map((event) => withKey(event, request.id)) : events,
    note: reading.note === undefined ? null : safeText(reading.note).slice(0, MAX_NOTE),
    dedupKey: dedupKeyOf(key, contentFingerprint),
    idempotencyKey: key,
    contentFingerprint,
    isJson: parsed.isJson,
  };
}

/** Reads, unless the body bears the marks of another source: read by the wrong rules it would be a wrong alert. */
async function readOwn(provider: Provider, input: ProviderInput): Promise<Reading> {
  if (!provider.recognises || provider.recognises(input)) return provider.read(input);
  const others = [...PROVIDERS.values()].filter(
    (other) => other.recognises?.(input) && !provider.kindred?.includes(other.id),
  );
  const unmistakable = others.find(({ isUnmistakable }) => isUnmistakable);
  if (unmistakable) throw new BodyError(foreign(unmistakable, provider));
  const [other] = others;
  if (!other) return provider.read(input);
  const reading = await readOrNull(provider, input);
  // An operator's own template may look like many a thing by chance; so may a vendor's new version, which keeps its key.
  if (reading && (provider.isTemplated || hasKey(reading))) return reading;
  throw new BodyError(foreign(other, provider));
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

const foreign = (claimant: Provider, provider: Provider): string =>
  `this looks like a delivery of ${claimant.name}, but the integration is for ${provider.name}`;

const boundReadable = async (event: AlertEvent | UnreadableEvent): Promise<AlertEvent | UnreadableEvent> =>
  "unreadable" in event ? event : boundEvent(event);

const withKey = (event: AlertEvent | UnreadableEvent, id: string): AlertEvent | UnreadableEvent =>
  "unreadable" in event || event.alertKey !== null || event.action !== "trigger"
    ? event
    : { ...event, alertKey: id, externalId: event.externalId ?? id };
