/** Messages of SNS topics that are no CloudWatch alarms: texts, and the JSON of other AWS services. */
import type { AlertEvent } from "../alerts/event.ts";
import type { Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { isRecoveryText, parseState, type State } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, pick } from "./fields.ts";
import { findLink } from "./generic-fields.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import { newEvent } from "./provider.ts";

/** Health of an Elastic Beanstalk environment. */
const HEALTH: ReadonlyMap<string, Severity> = new Map([
  ["severe", "CRITICAL"],
  ["degraded", "HIGH"],
  ["warning", "MEDIUM"],
]);

/** Reads a text. Null: it reports work in progress. */
export function readTextMessage(text: string, envelope: JsonObject): AlertEvent | null {
  const attributes = asObject(envelope.MessageAttributes);
  const subject = asText(envelope.Subject);
  const attribute = (name: string) => pick(attributes, name, "Value") ?? pick(attributes, name.toLowerCase(), "Value");
  const change = /\btransitioned from \w+ to (\w+)/i.exec(text)?.[1];
  const state = change === undefined ? stateOf(subject, text, asText(attribute("State"))) : parseState(change);
  if (state === "progress" || /^(?:info|pending)$/i.test(change ?? "")) return null;
  return newEvent({
    action: state ?? "trigger",
    alertKey: keyOfText(subject, text),
    externalId: asText(envelope.MessageId),
    title: subject ?? asText(text.split("\n")[0]) ?? "SNS message",
    description: asText(text),
    severity: asSeverity(firstText(attribute("Severity")), HEALTH.get((change ?? "").toLowerCase())),
    source: lineOf("Environment", text) ?? asText(envelope.TopicArn),
    url: /\bhttps?:\/\/[^\s<>"]+/.exec(text)?.[0] ?? null,
    occurredAt: asInstant(envelope.Timestamp),
    metadata: { topic: envelope.TopicArn, attributes },
  });
}

/** The state before the colon of a subject (`OK: db-1`), in an attribute, or in the text of the message. */
function stateOf(subject: string | null, text: string, attribute: string | null): State | null {
  const before = /^\s*\[?([A-Za-z_ -]{2,30})\]?\s*:/.exec(subject ?? text)?.[1];
  const state = before === undefined ? null : parseState(before);
  if (state !== null) return state;
  if (attribute !== null) return parseState(attribute);
  return [subject ?? "", text.split("\n")[0] ?? ""].some(isGood) ? "resolve" : null;
}

const isGood = (line: string): boolean =>
  isRecoveryText(line) || /\b(?:succeeded|completed successfully)\b/i.test(line);

/** An environment of Elastic Beanstalk; else what the subject names after its state. */
function keyOfText(subject: string | null, text: string): string | null {
  const environment = lineOf("Environment", text);
  if (environment !== null) return keyOf(environment, lineOf("Application", text));
  const [, state, what] = /^\s*\[?([A-Za-z_-]{2,20})\]?\s*:\s*(\S.*)$/.exec(subject ?? "") ?? [];
  return state === undefined || parseState(state) === null ? null : keyOf(what);
}

const lineOf = (name: string, text: string): string | null =>
  asText(new RegExp(`^${name}: *(\\S.*)$`, "m").exec(text)?.[1]?.trim());

/** Reads JSON of another service by common names. Null: work in progress, or a test. */
export function readJsonMessage(content: JsonObject, envelope: JsonObject): AlertEvent | null {
  if (/\btest/i.test(firstText(content.Event, content.event) ?? "")) return null;
  if (Object.keys(content).length === 0) return readTextMessage("{}", envelope);
  const { event, read } = readObject(content, "");
  if (event === null) return null;
  const subject = asText(envelope.Subject);
  const named = stateOf(subject, "", null);
  const isRds = has(content, "Event Message");
  return {
    ...event,
    action: read.action === "trigger" && named !== null && named !== "progress" ? named : read.action,
    alertKey:
      keyOf(content.applicationName, content.deploymentGroupName) ??
      (isRds ? keyOf(firstText(content["Source ARN"], content["Source ID"]), content["Event ID"]) : event.alertKey),
    externalId: event.externalId ?? firstText(content.deploymentId, envelope.MessageId),
    title:
      (isRds ? asText(content["Event Message"]) : null) ??
      subject ??
      (event.title === UNTITLED ? (asText(JSON.stringify(content).slice(0, 200)) ?? UNTITLED) : event.title),
    description: event.description ?? asText(envelope.Message) ?? JSON.stringify(content),
    source: firstText(content["Source ID"], content.applicationName) ?? event.source ?? asText(envelope.TopicArn),
    url: asText(content["Identifier Link"]) ?? event.url ?? findLink(content),
    occurredAt: event.occurredAt ?? asInstant(envelope.Timestamp),
    metadata: { ...event.metadata, topic: envelope.TopicArn, attributes: asObject(envelope.MessageAttributes) },
  };
}
