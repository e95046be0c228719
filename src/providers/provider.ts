import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import type { FormDescription } from "./form/describe.ts";

/** Input of a provider: a verified delivery with its parsed body. */
export interface ProviderInput {
  headers: Headers;
  /** The JSON value. For a form, an object of strings; for a text, the string; for an email, a `Message` (email-message.ts). */
  body: unknown;
  /** The path after the ingest URL, such as `/v2/alerts`; empty for the URL itself. */
  path: string;
  query: URLSearchParams;
  /** Unix ms. Only for sources whose state depends on whether a time is in the future. */
  receivedAt: number;
}

/** Result of reading a delivery. */
export interface Reading {
  events: (AlertEvent | UnreadableEvent)[];
  /** Whether the provider recognized any field of the body. If not, the fingerprint covers the raw body. */
  isRecognized: boolean;
  /** A hint for the operator about this delivery. */
  note?: string;
  /** Input of the content fingerprint, if it is not the events. */
  content?: readonly unknown[];
}

/** Body formats besides JSON, which every provider accepts. `message`: an email (RFC 5322), read as in email-message.ts. */
export type BodyFormat = "form" | "text" | "message";

/** What a sender does after an error response. */
export type RetryBehavior = "retried" | "dropped" | "not published";

/** How a source retries and which status codes it needs. */
export interface SenderProfile {
  /** How long the sender waits for a response; null: not published. */
  timeoutSeconds: number | null;
  /** 4xx except 429. */
  clientErrors: RetryBehavior;
  tooManyRequests: RetryBehavior;
  serverErrors: RetryBehavior;
  /** How often and for how long the sender retries, if known. */
  note?: string;
  /** Status code under overload, if the other fields do not decide it. */
  overloadStatus?: 429 | 503;
}

/** A typical delivery of the source, for documentation, test deliveries and contract tests. */
export interface Sample {
  headers?: Readonly<Record<string, string>>;
  path?: string;
  /** JSON value, or a string for other bodies. */
  body: unknown;
}

/** The kinds of sources, in the order of the catalog. */
export const CATEGORIES = [
  "metrics",
  "observability",
  "infrastructure",
  "cloud",
  "uptime",
  "errors",
  "logs",
  "heartbeats",
  "deployments",
  "incidents",
  "generic",
] as const;

/** The format code of a kind of source. Pure: no clock, no network, no database. */
export interface Provider {
  /** The name of its file and of its contract. It never changes: integrations have it. */
  id: string;
  /** As the vendor writes it. */
  name: string;
  /** The vendor's page about the format. Cite other pages beside the code that they explain. */
  docs: string;
  /** Where the catalog lists it. */
  category: (typeof CATEGORIES)[number];
  /** Words, in lower case and separated by spaces, by which people look for it, besides its name and category. */
  keywords: string;
  /** Default verification of integrations with this provider. */
  verification: VerificationSettings;
  /** Setup steps in Markdown, with `SETUP_PLACEHOLDERS`. If the source generates the secret: end the step with `SET_SOURCE_SECRET` (both in setup.ts). */
  setup: string;
  sample: Sample;
  senderProfile: SenderProfile;
  /** Accepted body formats besides JSON. */
  formats?: readonly BodyFormat[];
  /** Query parameters that the provider reads. They are a part of the record, so that a replay reads the same. */
  queryFields?: readonly string[];
  /** For senders that require 200. Default: 202 for new deliveries, 200 for duplicates. */
  successStatus?: 200;
  /** Responses on the paths of another product's API. Without it, only the ingest URL itself accepts deliveries. */
  compatibilityApi?: CompatibilityApi;
  /** Event fields that differ when the source sends the same event again, such as a time of sending. The content fingerprint leaves them out. */
  volatile: readonly (keyof AlertEvent)[];
  /**
   * For sources that repeat a trigger with the date of its first one: how long after a resolve such a trigger is
   * stale. If it arrives later, the problem is back, and it opens an alert. Without it, such a trigger is always stale.
   */
  maxLatenessMs?: number;
  /** A trigger without an alert key gets the delivery id as its key, and the response contains it. */
  usesDeliveryIdAsKey?: true;
  /** The source's id of this delivery, the same in every attempt; null: none. */
  idempotencyKey?(input: ProviderInput): string | null;
  /**
   * Whether a body has the typical fields of this source. It only distinguishes sources; `read` may accept more bodies.
   * Without it, every body may be from this source.
   */
  recognizes?(input: ProviderInput): boolean;
  /** No other source sends such bodies, so none is an operator's template: a signature header or ids of the vendor's own form prove it. */
  hasUniqueBody?: true;
  /** The operator writes the body template, so almost any body may be valid. */
  isTemplated?: true;
  /** The body says nothing about whether the provider fits: any source may send a heartbeat or an email. */
  isForAnySource?: true;
  /** Ids of providers whose bodies this provider can read too. */
  relatedSources?: readonly string[];
  /** Describes the form, for people. Without it, code reads all bodies. */
  describe?(): FormDescription;
  /**
   * Reads the events of a delivery.
   * @throws BodyError if the body as a whole is not in this provider's format
   */
  read(input: ProviderInput): Reading | Promise<Reading>;
}

/**
 * Thrown for a body that the provider cannot read. The sender gets the message: a phrase without capital letter and full
 * stop, such as `expected a JSON object`.
 */
export class BodyError extends Error {
  override name = "BodyError";
  /** JSON Pointer to the invalid value. */
  readonly pointer: string;
  constructor(message: string, pointer = "") {
    super(message);
    this.pointer = pointer;
  }
}

/** Profile of senders whose vendor does not document retries. */
export const UNPUBLISHED: SenderProfile = {
  timeoutSeconds: null,
  clientErrors: "not published",
  tooManyRequests: "not published",
  serverErrors: "not published",
};

/** The status code under overload: the one that makes this sender retry. */
export const overloadStatus = ({ tooManyRequests, serverErrors, overloadStatus: stated }: SenderProfile): 429 | 503 =>
  stated ?? (tooManyRequests === "retried" && serverErrors !== "retried" ? 429 : 503);

/** Creates an event. Missing fields are null, the default severity is MEDIUM. */
export const newEvent = (fields: Partial<AlertEvent> & Pick<AlertEvent, "action" | "title">): AlertEvent => ({
  alertKey: null,
  eventId: null,
  externalId: fields.alertKey ?? null,
  description: null,
  severity: "MEDIUM",
  source: null,
  url: null,
  occurredAt: null,
  endsAcknowledgement: false,
  startedAt: null,
  expiresAt: null,
  snoozedUntil: null,
  note: null,
  author: null,
  metadata: {},
  ...fields,
});

/** The reading of a body with one event, or of none. `why` is the reason for none, as a phrase. */
export const eventOrNone = (event: AlertEvent | null, why: string): Reading =>
  event === null ? noEvents(why) : singleEvent(event);

/** The reading of a body with one event. */
export const singleEvent = (event: AlertEvent, note?: string): Reading => ({
  events: [event],
  isRecognized: true,
  ...(note !== undefined && { note }),
});

/** The reading of a body without an alert (a test button, a comment, a change of settings), and the reason as a phrase. */
export const noEvents = (note: string): Reading => ({ events: [], isRecognized: true, note });

/** Storms of 10,000 alerts in one webhook occur in practice. */
export const MAX_EVENTS = 10_000;

/**
 * Reads each element of a batch separately, so that one bad element never drops the others.
 * @param readElement returns null for an element that is no alert
 * @throws BodyError if there are more than MAX_EVENTS elements, or if no element can be read
 */
export function readBatch(
  elements: readonly unknown[],
  pointer: string,
  readElement: (element: unknown, pointer: string) => AlertEvent | null,
): (AlertEvent | UnreadableEvent)[] {
  assertBatchSize(elements, pointer);
  return toEvents(
    elements.map((element, at) => {
      try {
        return readElement(element, `${pointer}/${at}`);
      } catch (error) {
        return asBodyError(error);
      }
    }),
  );
}

/** Like readBatch, for asynchronous readers. Reads one element after the other. */
export async function readBatchAsync(
  elements: readonly unknown[],
  pointer: string,
  readElement: (element: unknown, pointer: string) => Promise<AlertEvent | null>,
): Promise<(AlertEvent | UnreadableEvent)[]> {
  assertBatchSize(elements, pointer);
  const read: (AlertEvent | BodyError | null)[] = [];
  for (const [at, element] of elements.entries()) {
    read.push(await readElement(element, `${pointer}/${at}`).catch(asBodyError));
  }
  return toEvents(read);
}

function assertBatchSize({ length }: readonly unknown[], pointer: string): void {
  if (length <= MAX_EVENTS) return;
  throw new BodyError(`the batch has ${length} events; the limit is ${MAX_EVENTS}`, pointer);
}

function asBodyError(error: unknown): BodyError {
  if (error instanceof BodyError) return error;
  throw error;
}

function toEvents(read: readonly (AlertEvent | BodyError | null)[]): (AlertEvent | UnreadableEvent)[] {
  const firstError = read.find((event) => event instanceof BodyError);
  if (firstError && read.every((event) => event instanceof BodyError)) throw firstError;
  return read.flatMap((event): AlertEvent | UnreadableEvent | [] => {
    if (event === null) return [];
    if (!(event instanceof BodyError)) return event;
    return { unreadable: event.pointer === "" ? event.message : `${event.pointer}: ${event.message}` };
  });
}
