/** Matchers of labels, in the shape and with the meaning of Alertmanager's API: what a silence is made of. */
import { checkRegex, matchesRegex } from "./shared-regex.ts";

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (`matcher`) */
export interface Matcher {
  /** The name of a label, any non-empty text. */
  name: string;
  value: string;
  /** Whether `value` is a regular expression, for the whole value of the label. */
  isRegex: boolean;
  /** False: the matcher is negated (`!=`, `!~`). */
  isEqual: boolean;
}

/** Labels by name. A label without a value is the same as no label. */
export type Labels = Readonly<Record<string, string>>;

/** Whether all matchers match. A missing label has the empty value. @throws RegexError for an unsupported expression */
export const matches = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matchesValue(matcher, Object.hasOwn(labels, matcher.name) ? labels[matcher.name] : ""));

const matchesValue = ({ value, isRegex, isEqual }: Matcher, label = ""): boolean =>
  (isRegex ? matchesRegex(value, label) : value === label) === isEqual;

/** Whether the matchers match an alert without any label, so that a silence of them would mute every alert. */
export const matchesEverything = (matchers: readonly Matcher[]): boolean => matches(matchers, {});

/** @throws RegexError when the expression of a matcher is invalid, or RE2 and Postgres do not read it alike */
export function checkMatcher({ value, isRegex }: Matcher): void {
  if (isRegex) checkRegex(value);
}

/** The operator of a matcher in text. */
export const operatorOf = ({ isRegex, isEqual }: Pick<Matcher, "isRegex" | "isEqual">): string =>
  isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";
