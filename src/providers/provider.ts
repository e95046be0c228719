import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";

/** What a provider reads: a verified delivery, its body parsed. */
export interface ProviderInput {
  headers: Headers;
  /** The JSON value; of a form an object of its fields, all texts; of a text the text itself. */
  body: unknown;
  /** What follows the ingest URL, such as `/v2/alerts`; empty for the URL itself. */
  path: string;
  query: URLSearchParams;
  /** Unix ms; only for sources that tell a state by a time that lies ahead or behind. */
  receivedAt: number;
}

/** What it makes of it. */
export interface Reading {
  events: (AlertEvent | UnreadableEvent)[];
  /** Whether any field of the body was recognised; if not, the raw body is the delivery's fingerprint. */
  isRecognised: boolean;
  /** What an operator should know of the delivery beside its events. */
  note?: string;
  /** What identifies the content, where it is not the events. */
  content?: readonly unknown[];
}

/** How bodies come beside JSON, which everybody may send. */
export type BodyFormat = "form" | "text";

/** What a senderProfile does with an answer that is no success. */
export type RetryBehavior = "retried" | "dropped" | "not published";

/** How a source's senderProfile treats our answers. */
export interface SenderProfile {
  /** It waits for so long; null: not published. */
  timeoutSeconds: number | null;
  /** 4xx but 429. */
  clientErrors: RetryBehavior;
  tooManyRequests: RetryBehavior;
  serverErrors: RetryBehavior;
  /** How often and how long it tries, where that is known. */
  note?: string;
  /** The answer when there is no room, where the rest leaves a doubt. */
  overloadStatus?: 429 | 503;
}

/** A body as the source sends it, for people to try and for tests to start from. */
export interface Sample {
  headers?: Readonly<Record<string, string>>;
  path?: string;
  /** JSON value, or the text of a body that is none. */
  body: unknown;
}

/** The format of a kind of source. Pure: no clock, no network, no database. */
export interface Provider {
  id: string;
  name: string;
  /** The page on which the vendor describes what is sent. */
  docs: string;
  /** How its senderProfile proves itself unless the integration says otherwise. */
  verification: VerificationSettings;
  /** Steps to set the source up, in Markdown; `<INGEST_URL>` and `<SECRET>` stand for the integration's. */
  setup: string;
  sample: Sample;
  senderProfile: SenderProfile;
  /** Which formats it takes beside JSON. */
  formats?: readonly BodyFormat[];
  /** Success as the senderProfile insists on it; by default 202 for what is new and 200 for duplicates. */
  successStatus?: 200;
  /** How it answers on the paths of a service whose API it takes the place of; without one, only the ingest URL itself is. */
  compatibilityApi?: CompatibilityApi;
  /** Event fields that differ between two sendings of the same news; the content fingerprint leaves them out. */
  volatile: readonly (keyof AlertEvent)[];
  /**
   * For sources that date a trigger by the start of its episode and send it again for as long as it lasts: how late such
   * news can come. An old trigger that comes later than this after a resolve is no late news: the episode goes on.
   * Left out: dates tell when it happened, however late they come.
   */
  maxLatenessMs?: number;
  /** A trigger without an alert key gets the delivery's id as its key, and the answer tells it. */
  givesKeys?: true;
  /** The id that the source gave to this delivery, the same on every attempt; null when it gave none. */
  idempotencyKey?(input: ProviderInput): string | null;
  /**
   * Whether a body bears the marks of this source. Only for telling sources apart: `read` may take more. Without it every
   * body may be its own.
   */
  recognises?(input: ProviderInput): boolean;
  /** No other source's bodies look like these: what bears such marks is never taken for an operator's template. */
  isUnmistakable?: true;
  /** The body is a template of the operator's own making, so that nearly everything may be legitimate. */
  isTemplated?: true;
  /** Ids of sources whose bodies it reads as well as its own. */
  kindred?: readonly string[];
  /**
   * Reads the events of a delivery.
   * @throws BodyError when the body as a whole cannot be this provider's.
   */
  read(input: ProviderInput): Reading | Promise<Reading>;
}

/** Raised for a body that the provider cannot read; the message is fit for the senderProfile. */
export class BodyError extends Error {
  override name = "BodyError";
  /** JSON Pointer to what is wrong. */
  readonly pointer: string;
  constructor(message: string, pointer = "") {
    super(message);
    this.pointer = pointer;
  }
}

/** A senderProfile whose vendor says nothing of retries. */
export const UNPUBLISHED: SenderProfile = {
  timeoutSeconds: null,
  clientErrors: "not published",
  tooManyRequests: "not published",
  serverErrors: "not published",
};

/** A senderProfile that sends once, whatever the answer. */
export const NEVER_RETRIES: SenderProfile = {
  timeoutSeconds: null,
  clientErrors: "dropped",
  tooManyRequests: "dropped",
  serverErrors: "dropped",
};

/** The answer to a good delivery that there is no room for now: the one that makes this senderProfile try again. */
export const overloadStatus = ({ tooManyRequests, serverErrors, overloadStatus: stated }: SenderProfile): 429 | 503 =>
  stated ?? (tooManyRequests === "retried" && serverErrors !== "retried" ? 429 : 503);

/** An event from what a source says; what it does not say is null, and its severity MEDIUM. */
export const newEvent = (fields: Partial<AlertEvent> & Pick<AlertEvent, "action" | "title">): AlertEvent => ({
  alertKey: null,
  externalId: fields.alertKey ?? null,
  description: null,
  severity: "MEDIUM",
  source: null,
  url: null,
  occurredAt: null,
  metadata: {},
  ...fields,
});

/** The reading of a body that holds one event. */
export const one = (event: AlertEvent, note?: string): Reading => ({
  events: [event],
  isRecognised: true,
  ...(note !== undefined && { note }),
});

/** The reading of a body that is no alert (a test button, a comment, a change of settings), and why. */
export const none = (note: string): Reading => ({ events: [], isRecognised: true, note });

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
  assertTakeable(elements, pointer);
  return settle(
    elements.map((element, at) => {
      try {
        return readElement(element, `${pointer}/${at}`);
      } catch (error) {
        return asBodyError(error);
      }
    }),
  );
}

/** As readBatch, for elements that take their time; one after the other. */
export async function readBatchAsync(
  elements: readonly unknown[],
  pointer: string,
  readElement: (element: unknown, pointer: string) => Promise<AlertEvent>,
): Promise<(AlertEvent | UnreadableEvent)[]> {
  assertTakeable(elements, pointer);
  const read: (AlertEvent | BodyError)[] = [];
  for (const [at, element] of elements.entries()) {
    read.push(await readElement(element, `${pointer}/${at}`).catch(asBodyError));
  }
  return settle(read);
}

function assertTakeable({ length }: readonly unknown[], pointer: string): void {
  if (length <= MAX_EVENTS) return;
  throw new BodyError(`the batch holds ${length} events; at most ${MAX_EVENTS} are taken at once`, pointer);
}

function asBodyError(error: unknown): BodyError {
  if (error instanceof BodyError) return error;
  throw error;
}

function settle(read: readonly (AlertEvent | BodyError)[]): (AlertEvent | UnreadableEvent)[] {
  const firstError = read.find((event) => event instanceof BodyError);
  if (firstError && read.every((event) => event instanceof BodyError)) throw firstError;
  return read.map((event) =>
    event instanceof BodyError
      ? { unreadable: event.pointer === "" ? event.message : `${event.pointer}: ${event.message}` }
      : event,
  );
}
