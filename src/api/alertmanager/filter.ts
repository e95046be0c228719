/** The query parameters that alerts and groups share. */
import { z } from "@hono/zod-openapi";
import type { AlertFilter } from "../../alerts/alert-filter.ts";
import { OWN_LABELS } from "../../alerts/labels.ts";
import { type Labels, type Matcher, checkMatcher, matches } from "../../alerts/matchers.ts";
import { parseMatcher } from "../../alerts/matcher-text.ts";
import { SEVERITIES } from "../../alerts/model.ts";
import { checkRegex, matchesRegex } from "../../alerts/shared-regex.ts";
import { isUuid } from "../../lib/ids.ts";
import { repeatable } from "../pagination.ts";
import type { GettableAlert } from "./alert.ts";
import { readingMatchers } from "./errors.ts";
import type { Receiver } from "./receivers.ts";

/** The form of a parameter without a value (`receiver=`) that clients send for "not given". */
const orMissing = (given: unknown): unknown => (given === "" ? undefined : given);

/** Makes a boolean parameter that is true by default. */
export const included = (what: string) =>
  z
    .preprocess(orMissing, z.enum(["true", "false"], { error: "expected true or false" }).default("true"))
    .transform((text) => text === "true")
    .openapi({ type: "boolean", default: true, description: `Whether to include ${what}` });

const matcherTexts = (what: string) =>
  repeatable(z.string().max(8192))
    .optional()
    .openapi({
      description: `Matcher of ${what}, with \`=\`, \`!=\`, \`=~\` or \`!~\`; repeatable, all of them must match`,
    });

export const filterQuery = {
  filter: matcherTexts("labels").openapi({ example: ['alertname="DiskFull"'] }),
};

export const receiverQuery = {
  receiver_matchers: matcherTexts("the labels of the receiver"),
};

export const alertsQuery = {
  ...filterQuery,
  ...receiverQuery,
  receiver: z
    .preprocess(orMissing, z.string().max(2048).optional())
    .openapi({ type: "string", description: "Regular expression for the name of the receiver" }),
  active: included("active alerts, which are not silenced or snoozed"),
  silenced: included("silenced and snoozed alerts"),
  inhibited: included("inhibited alerts. Tocsin inhibits no alerts"),
};

interface AlertsQuery {
  filter?: string[] | undefined;
  receiver_matchers?: string[] | undefined;
  receiver?: string | undefined;
  active: boolean;
  silenced: boolean;
}

/**
 * Reads the matchers of a request.
 * @throws Problem `invalid-request` when one is invalid
 */
export const readMatchers = (texts: readonly string[] = []): Matcher[] =>
  readingMatchers(() =>
    texts.map((text) => {
      const matcher = parseMatcher(text);
      checkMatcher(matcher);
      return matcher;
    }),
  );

/**
 * Returns the filter for receivers of a request.
 * @throws Problem `invalid-request` when an expression or a matcher is invalid
 */
export function readReceiverFilter({
  receiver,
  receiver_matchers,
}: Pick<AlertsQuery, "receiver" | "receiver_matchers">): (receiver: Receiver) => boolean {
  if (receiver !== undefined) readingMatchers(() => checkRegex(receiver));
  const matchers = readMatchers(receiver_matchers);
  return ({ name, labels }) => (receiver === undefined || matchesRegex(receiver, name)) && matches(matchers, labels);
}

/** A filter for the labels of alerts. */
export interface LabelFilter {
  matches(labels: Labels): boolean;
  /** The part of it that indexes of Postgres serve. */
  indexed: Pick<AlertFilter, "integrationId" | "severity">;
}

/**
 * Returns the filter for the labels of alerts of a request.
 * @throws Problem `invalid-request` when a matcher is invalid
 */
export function readLabelFilter({ filter }: Pick<AlertsQuery, "filter">): LabelFilter {
  const matchers = readMatchers(filter);
  const valueOf = (label: string) =>
    matchers.find(({ name, isRegex, isEqual }) => name === label && isEqual && !isRegex)?.value ?? "";
  const integrationId = valueOf(OWN_LABELS.integration);
  const severity = SEVERITIES.find((one) => one === valueOf(OWN_LABELS.severity));
  return {
    matches: (labels) => matches(matchers, labels),
    indexed: { ...(isUuid(integrationId) && { integrationId }), ...(severity && { severity: [severity] }) },
  };
}

/** Whether a request includes alerts with a status. */
export const includesStatus = (
  { active, silenced }: Pick<AlertsQuery, "active" | "silenced">,
  { state, silencedBy, mutedBy }: GettableAlert["status"],
): boolean => (active || state !== "active") && (silenced || silencedBy.length + mutedBy.length === 0);
