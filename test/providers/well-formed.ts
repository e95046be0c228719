import { expect } from "vitest";
import { ACTIONS, SEVERITIES } from "../../src/alerts/model.ts";

const instantOrNull = expect.toSatisfy((value: unknown) => value === null || Number.isSafeInteger(value));
const textOrNull = expect.toSatisfy((value: unknown) => value === null || typeof value === "string");

/** Matches any event with all fields of the right types. */
export const WELL_FORMED = {
  action: expect.toBeOneOf([...ACTIONS]),
  alertKey: textOrNull,
  externalId: textOrNull,
  eventId: textOrNull,
  title: expect.any(String),
  description: textOrNull,
  severity: expect.toBeOneOf([...SEVERITIES]),
  source: textOrNull,
  url: textOrNull,
  occurredAt: instantOrNull,
  endsAcknowledgement: expect.any(Boolean),
  startedAt: instantOrNull,
  expiresAt: instantOrNull,
  snoozedUntil: instantOrNull,
  note: textOrNull,
  author: textOrNull,
  metadata: expect.any(Object),
};
