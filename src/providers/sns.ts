/** Amazon SNS as the transport of another source's messages. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
import { isObject, JsonError, parseJson } from "../lib/json.ts";
import { asText, pick } from "./fields.ts";
import { noEvents, type Provider, type ProviderInput, type Reading } from "./provider.ts";

/** The reading of a control message of SNS; undefined for other messages. */
export const controlReading = (body: unknown): Reading | undefined => CONTROL.get(asText(pick(body, "Type")) ?? "");

const CONTROL: ReadonlyMap<string, Reading> = new Map(
  Object.entries({
    SubscriptionConfirmation: noEvents(
      "SNS asks to confirm a subscription; with the sns scheme, Tocsin confirms it automatically",
    ),
    UnsubscribeConfirmation: noEvents("the subscription of this URL was removed; SNS sends no more messages"),
  }),
);

/** The message id of SNS, the same in every attempt; null if the body is not one SNS envelope. */
export const messageId = ({ headers, body }: ProviderInput): string | null => {
  const [first, ...others] = envelopesOf(body);
  return headers.get("x-amz-sns-message-id") ?? (others.length > 0 ? null : asText(pick(first?.envelope, "MessageId")));
};

/**
 * The envelopes in a body: the body itself, or those that a Lambda function relays, as it got them from SNS
 * (`{ Records: [{ Sns }] }`), from a queue (`{ Records: [{ body }] }`), or one by one.
 */
export function envelopesOf(body: unknown): { envelope: unknown; pointer: string }[] {
  const records = pick(body, "Records");
  if (isRelay(records)) return unwrapped(records, "/Records");
  if (isRelay(body)) return unwrapped(body, "");
  return [{ envelope: isRecord(body) ? contentOf(body) : body, pointer: "" }];
}

/** Whether a body holds messages that something else relays. */
export const isRelayed = (body: unknown): boolean => isRelay(pick(body, "Records")) || isRelay(body) || isRecord(body);

const isRelay = (records: unknown): records is unknown[] => Array.isArray(records) && isRecord(records[0]);

const isRecord = (record: unknown): boolean =>
  isObject(pick(record, "Sns")) || pick(record, "eventSource") === "aws:sqs";

const unwrapped = (records: readonly unknown[], pointer: string) =>
  records.map((record, at) => ({ envelope: contentOf(record), pointer: `${pointer}/${at}` }));

const contentOf = (record: unknown): unknown => pick(record, "Sns") ?? parseMessage(pick(record, "body"));

/** Parses a message that is JSON; returns other values unchanged. */
export function parseMessage(message: unknown): unknown {
  if (typeof message !== "string") return message;
  try {
    const value = parseJson(message);
    return isObject(value) || Array.isArray(value) ? value : message;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return message;
  }
}

const opened = (input: ProviderInput, envelope: unknown): ProviderInput => ({
  ...input,
  body: parseMessage(pick(envelope, "Message")),
});

/** The message in the first envelope, as its source wrote it: the headers are those of SNS. */
export const openEnvelope = (input: ProviderInput): ProviderInput => ({
  ...opened(input, envelopesOf(input.body)[0]?.envelope),
  headers: new Headers(),
});

/** Wraps a provider whose source sends through an SNS topic: unpacks each envelope before the provider reads it. */
export function overSns(provider: Provider): Provider {
  const { recognizes } = provider;
  return {
    ...provider,
    idempotencyKey: messageId,
    ...(recognizes && {
      recognizes: (input: ProviderInput) =>
        envelopesOf(input.body).some(
          ({ envelope }) => controlReading(envelope) !== undefined || recognizes(opened(input, envelope)),
        ),
    }),
    async read(input) {
      const envelopes = envelopesOf(input.body).map(({ envelope }) => envelope);
      const readings = await Promise.all(
        envelopes.map(async (envelope) => controlReading(envelope) ?? provider.read(opened(input, envelope))),
      );
      const [first, ...others] = readings;
      if (!first || others.length === 0) return first ?? noEvents("no message");
      return { ...first, events: readings.flatMap(({ events }) => events) };
    },
  };
}
