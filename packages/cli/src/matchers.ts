/** Matchers of silences as arguments, written as for amtool. */
import { matcherText, MatcherTextError, parseMatcher } from "../../../src/alerts/matcher-text.ts";
import type { Schemas } from "../../client/src/index.ts";
import { UsageError } from "./errors.ts";

type Matcher = Schemas["Matcher"];

export const MATCHERS_ARGUMENT =
  "conditions on labels, all of which must match: name=value, name!=value, name=~regex, name!~regex; a first word without an operator is the value of alertname";

/** Reads matchers. @throws UsageError */
export const readMatchers = (texts: readonly string[]): Matcher[] =>
  texts.map((text, at) => {
    // amtool: `amtool silence add HighLatency` is short for `alertname=HighLatency`.
    if (at === 0 && /^[^=!~{}]+$/.test(text)) return { name: "alertname", value: text, isRegex: false, isEqual: true };
    try {
      return parseMatcher(text);
    } catch (error) {
      if (error instanceof MatcherTextError) throw new UsageError(`Invalid argument: ${error.message}.`);
      throw error;
    }
  });

/** Writes matchers, separated by spaces. */
export const matchersText = (matchers: readonly Matcher[]): string => matchers.map(matcherText).join(" ");
