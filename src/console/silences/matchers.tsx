/** Matchers of silences: as lines of a form, as chips, and those that a silence of an alert begins with. */
import type { FC } from "hono/jsx";
import { OWN_LABELS } from "../../alerts/labels.ts";
import { MatcherTextError, matcherText, parseMatcher } from "../../alerts/matcher-text.ts";
import type { Matcher } from "../../alerts/matchers.ts";

/** Labels that tell one alert from others: a silence usually covers more. */
const NARROW = new Set(["instance", "pod", "container", "host", "severity", "job"]);

const isEqualTo = ([name, value]: [string, string]): Matcher => ({ name, value, isRegex: false, isEqual: true });

/** Matchers for each label of an alert. */
export const matchersOf = (labels: Readonly<Record<string, string>>): Matcher[] =>
  Object.entries(labels).map(isEqualTo);

/** Those matchers that cover similar alerts, too; all if there are no others. */
export function wideMatchers(matchers: readonly Matcher[]): Matcher[] {
  const wide = matchers.filter(({ name }) => !NARROW.has(name));
  return wide.length > 0 ? wide : [...matchers];
}

/** Matchers as lines of a form. */
export const toLines = (matchers: readonly Matcher[]): string => matchers.map(matcherText).join("\n");

/**
 * Reads matchers, one per line.
 * @returns the matchers, or what is wrong with the first line that is none
 */
export function readLines(text: string): { matchers: Matcher[]; error: null } | { matchers: null; error: string } {
  const lines = text.split(/\r?\n/);
  const matchers: Matcher[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      matchers.push(parseMatcher(line));
    } catch (error) {
      if (!(error instanceof MatcherTextError)) throw error;
      return { matchers: null, error: `Line ${index + 1}: ${error.message}.` };
    }
  }
  return { matchers, error: null };
}

const OWN_NAMES: Readonly<Record<string, string>> = {
  [OWN_LABELS.severity]: "severity",
  [OWN_LABELS.integration]: "integration",
  [OWN_LABELS.alertKey]: "alert key",
};

const operatorOf = ({ isRegex, isEqual }: Matcher): string =>
  isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";

const isOfIntegration = ({ name }: Matcher): boolean => name === OWN_LABELS.integration;

/** The integrations that matchers name: ids, and regular expressions. */
export const integrationsIn = (matchers: readonly Matcher[]): string[] =>
  matchers.filter(isOfIntegration).map(({ value }) => value);

/** @param names names of integrations by id */
export const MatcherChips: FC<{ matchers: readonly Matcher[]; names: ReadonlyMap<string, string> }> = ({
  matchers,
  names,
}) => (
  <ul class="chips" aria-label="Matchers">
    {matchers.map((matcher) => (
      <li class="chip" title={matcherText(matcher)}>
        <span>
          {OWN_NAMES[matcher.name] ?? matcher.name} {operatorOf(matcher)}
        </span>{" "}
        <b>{isOfIntegration(matcher) ? (names.get(matcher.value) ?? matcher.value) : matcher.value || '""'}</b>
      </li>
    ))}
  </ul>
);
