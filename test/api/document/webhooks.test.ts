import { describe, expect, it } from "vitest";
import { type Operation, type Parameter, resolve } from "../../../scripts/openapi-document.ts";
import { ENTRY_TYPES, type EntryType } from "../../../src/alerts/model.ts";
import { messageBody, testBody, UNMUTED, unmutedBody } from "../../../src/objects/subscription/message.ts";
import { document } from "./document.ts";
import { Validator } from "../../support/openapi.ts";
import { exampleOf } from "../../support/openapi-schema.ts";

const { webhooks } = document;
const validator = new Validator(document);

interface Message {
  type: string;
}

type Entry = Parameters<typeof messageBody>[0];

const entryOf = (type: EntryType): Entry => ({
  ...(exampleOf(document, { $ref: "#/components/schemas/TimelineEntryWithAlert" }) as Entry),
  type,
});

/** The message of an entry. */
const messageOf = (type: EntryType): Message => JSON.parse(messageBody(entryOf(type))) as Message;

const errorsOf = (message: Message): string[] =>
  validator.errors(webhooks[message.type]?.post?.requestBody?.content["application/json"]?.schema ?? {}, message);

describe("the webhooks of the document", () => {
  it("are all messages that subscriptions send", () => {
    const types = [...ENTRY_TYPES.map((type) => messageOf(type).type), UNMUTED, "subscription.test"];
    expect(Object.keys(webhooks)).toEqual(types);
  });

  it.each(ENTRY_TYPES)("describe the message of an entry of type %s", (type) => {
    const message = messageOf(type);
    expect(errorsOf(message)).toEqual([]);
    expect(errorsOf({ ...message, data: {} } as Message)).not.toEqual([]);
  });

  it("describe the message when a mute ends", () => {
    expect(errorsOf(JSON.parse(unmutedBody(entryOf("CREATED"), Date.UTC(2026, 9, 1))) as Message)).toEqual([]);
  });

  it("describe the test message", () => {
    expect(errorsOf(JSON.parse(testBody(Date.UTC(2026, 9, 1))) as Message)).toEqual([]);
  });

  it.each(Object.values(webhooks).flatMap((item): Operation[] => Object.values(item)))(
    "$operationId has the signature headers, and says what each answer means",
    ({ parameters = [], responses }) => {
      const headers = parameters.map((given) => resolve<Parameter>(document, given).value);
      const required = headers.filter((header) => header.required).map(({ name }) => name);
      expect(required).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["2XX", "410", "default"]));
    },
  );
});
