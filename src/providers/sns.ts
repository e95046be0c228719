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

/** The message id of SNS, the same in every attempt; null if the body is not an SNS envelope. */
export const messageId = ({ headers, body }: ProviderInput): string | null =>
  headers.get("x-amz-sns-message-id") ?? asText(pick(body, "MessageId"));

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

const opened = (input: ProviderInput): ProviderInput => ({ ...input, body: parseMessage(pick(input.body, "Message")) });

/** Wraps a provider whose source sends through an SNS topic: unpacks each envelope before the provider reads it. */
export function overSns(provider: Provider): Provider {
  const { recognizes } = provider;
  return {
    ...provider,
    idempotencyKey: messageId,
    ...(recognizes && {
      recognizes: (input: ProviderInput) => controlReading(input.body) !== undefined || recognizes(opened(input)),
    }),
    read: (input) => controlReading(input.body) ?? provider.read(opened(input)),
  };
}
