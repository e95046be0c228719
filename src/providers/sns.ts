/** Amazon SNS as the carrier of what some source says. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
import { isObject, JsonError, parseJson } from "../lib/json.ts";
import { asText, pick } from "./fields.ts";
import { none, type Provider, type ProviderInput, type Reading } from "./provider.ts";

/** What SNS says of a subscription itself; undefined for what it carries. */
export const controlReading = (body: unknown): Reading | undefined => CONTROL.get(asText(pick(body, "Type")) ?? "");

const CONTROL: ReadonlyMap<string, Reading> = new Map(
  Object.entries({
    SubscriptionConfirmation: none("SNS asks to confirm a subscription; under the sns scheme that is done by itself"),
    UnsubscribeConfirmation: none("the subscription of this URL was ended: SNS sends nothing any more"),
  }),
);

/** The id that SNS gives to a message, the same on every attempt; null where the body is no envelope of SNS. */
export const messageId = ({ headers, body }: ProviderInput): string | null =>
  headers.get("x-amz-sns-message-id") ?? asText(pick(body, "MessageId"));

/** The text of a message as what it is: JSON, or the text. */
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

/** A provider whose source sends through a topic: each envelope is opened before the provider reads. */
export function overSns(provider: Provider): Provider {
  const { recognises } = provider;
  return {
    ...provider,
    idempotencyKey: messageId,
    ...(recognises && {
      recognises: (input: ProviderInput) => controlReading(input.body) !== undefined || recognises(opened(input)),
    }),
    read: (input) => controlReading(input.body) ?? provider.read(opened(input)),
  };
}
