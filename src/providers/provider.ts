import type { AlertEvent, UnreadableEvent } from "../alerts/model.ts";
import type { VerificationSettings } from "../verify/settings.ts";

/** What a provider reads: the headers and the parsed body of a verified delivery. */
export interface ProviderInput {
  headers: Headers;
  body: unknown;
}

/** What it makes of them. */
export interface Reading {
  events: (AlertEvent | UnreadableEvent)[];
  /** Whether any field of the body was recognised; if not, the raw body is the delivery's fingerprint. */
  isRecognised: boolean;
  /** What an operator should know of the delivery beside its events. */
  note?: string;
}

/** The format of a kind of source. Pure: no clock, no network, no database. */
export interface Provider {
  id: string;
  name: string;
  /** How its sender proves itself unless the integration says otherwise. */
  verification: VerificationSettings;
  /** Event fields that differ between two sendings of the same news; the content fingerprint leaves them out. */
  volatile: readonly (keyof AlertEvent)[];
  /**
   * For sources that date a trigger by the start of its episode and send it again for as long as it lasts: how late such
   * news can come. An old trigger that comes later than this after a resolve is no late news: the episode goes on.
   * Left out: dates tell when it happened, however late they come.
   */
  maxLatenessMs?: number;
  /**
   * Reads the events of a delivery.
   * @throws BodyError when the body as a whole cannot be this provider's.
   */
  read(input: ProviderInput): Reading;
}

/** Raised for a body that the provider cannot read; the message is fit for the sender. */
export class BodyError extends Error {
  override name = "BodyError";
  /** JSON Pointer to what is wrong. */
  readonly pointer: string;
  constructor(message: string, pointer = "") {
    super(message);
    this.pointer = pointer;
  }
}

/** A batch may hold this many events; a storm of ten thousand alerts in one webhook is real. */
export const MAX_EVENTS = 10_000;

/**
 * Reads each element of a batch by itself, so that one bad element never drops the others.
 * @throws BodyError when there are more than MAX_EVENTS elements, or when not one can be read.
 */
export function readBatch(
  elements: readonly unknown[],
  pointer: string,
  readElement: (element: unknown, pointer: string) => AlertEvent,
): (AlertEvent | UnreadableEvent)[] {
  if (elements.length > MAX_EVENTS) {
    throw new BodyError(`the batch holds ${elements.length} events; at most ${MAX_EVENTS} are taken at once`, pointer);
  }
  let firstError: BodyError | undefined;
  const events = elements.map((element, at) => {
    try {
      return readElement(element, `${pointer}/${at}`);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      firstError ??= error;
      return { unreadable: `${error.pointer}: ${error.message}` };
    }
  });
  if (firstError && events.every((event) => "unreadable" in event)) throw firstError;
  return events;
}
