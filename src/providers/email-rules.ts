/**
 * Finds the state and the key of an email in its words. Pure. The first rule with a phrase in the subject decides; without one, the first
 * with a phrase in the text. Without any, the words of the subject decide, then those of the text. An unknown state is a trigger.
 */
import { z } from "zod";
import type { StateAction } from "../alerts/model.ts";
import { isRecoveryText, parseAction } from "./actions.ts";

const MAX_RULES = 50;
const MAX_PHRASES = 50;

/** What separates words. */
const SEPARATORS = /[^\p{L}\p{N}%/@_-]+/gu;

const phraseSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => wordsOf(text) !== "", "A phrase needs a letter or a digit.");

const phrases = z.array(phraseSchema).max(MAX_PHRASES);

/** A rule of an integration. Phrases are compared without case, as whole words; any white space is one space. */
export const emailRuleSchema = z
  .strictObject({
    key: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe("Ties the messages of one alert together. Default: the subject without the phrase"),
    trigger: phrases.optional().describe("Phrases of a problem"),
    resolve: phrases.optional().describe("Phrases of its end"),
    ignore: phrases.optional().describe("Phrases of messages that open and resolve no alert"),
  })
  .refine(({ trigger = [], resolve = [], ignore = [] }) => trigger.length + resolve.length + ignore.length > 0, {
    message: "needs a phrase in `trigger`, `resolve` or `ignore`",
  })
  .meta({ id: "EmailRule" });

export const emailRules = z.array(emailRuleSchema).max(MAX_RULES);

export type EmailRule = z.infer<typeof emailRuleSchema>;

/** What a message states. */
export interface Statement {
  /** `ignore`: a rule ignores the message. Null: no word shows whether it is a problem or its end. */
  state: StateAction | "ignore" | null;
  /** The key of the alert; null: the subject has no words for one. */
  key: string | null;
}

/** The rules of devices whose problem and recovery have no words in common. They come after those of the integration. */
const USUAL_RULES: readonly EmailRule[] = [
  {
    key: "ups power",
    trigger: ["on battery", "on battery power", "utility power failure", "power failure", "power has failed"],
    resolve: [
      "power restored",
      "power has been restored",
      "power is back",
      "no longer on battery",
      "back on line power",
      "on line power",
      "utility power restored",
    ],
  },
  {
    key: "ups communication",
    trigger: ["lost communication", "communication lost", "communications lost"],
    resolve: ["communication established", "communication restored", "communications restored"],
  },
];

/** The end of a problem, also beside the word for the problem: "Failure resolved". */
const RESOLVED =
  /\b(?:resolved|recovered|recovery|restored|cleared|back to normal|returned to normal|back online|is up again)\b/i;

/** Success, unless a word for a problem is beside it: "completed with errors". */
const SUCCEEDED = /\b(?:succeeded|successful|successfully|success|completed|finished|passed|healthy|ok|online|up)\b/i;

const PROBLEM =
  /\b(?:fail(?:ed|ure|ures|s|ing)?|errors?|critical|warnings?|alert|alarm|down|degraded|offline|unreachable|unavailable|problem|fault|faulted|crashed|full|exceeded|missed|abnormal|overheat\w*|corrupt\w*|unhealthy|aborted|incomplete|not)\b/i;

/** `Re:`, `Fwd:` and their translations, also `Re[2]:`. */
const REPLY = /^(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw|odp)(?:\[\d+\])?\s*:\s*)+/i;

/** `[FIRING:2]`, `[RESOLVED]`, `(OK)`, or a word before a colon: `PROBLEM: `, `** RECOVERY ** `. */
const TAG =
  /^\s*(?:[[(]\s*([A-Za-z][A-Za-z _-]*?)\s*(?::\s*\d+)?\s*[\])]|\*{1,3}\s*([A-Za-z]+)[^*]*\*{1,3}|([A-Za-z]+)\s*(?::|\s[-–]\s))\s*/;

/** Reads a message by the rules of its integration, the usual ones, and its words. */
export function readStatement(subject: string, text: string, rules: readonly EmailRule[]): Statement {
  const plain = subject.replace(REPLY, "");
  for (const given of [rules, USUAL_RULES]) {
    const found = firstMatch(plain, given) ?? firstMatch(text, given);
    if (found) return { state: found.state, key: found.key ?? keyOf(without(plain, found.phrase)) };
  }
  const tag = tagOf(plain);
  if (tag) return { state: tag.state, key: keyOf(tag.rest) };
  const state = stateOf(plain) ?? stateOf(text);
  return { state, key: keyOf(plain.replaceAll(STATE_WORDS, " ")) };
}

interface Match {
  state: StateAction | "ignore";
  key: string | undefined;
  phrase: string;
}

function firstMatch(text: string, rules: readonly EmailRule[]): Match | null {
  const searched = ` ${wordsOf(text)} `;
  for (const { key, ...kinds } of rules) {
    // The end of a problem often names it: "no longer on battery".
    for (const state of ["ignore", "resolve", "trigger"] as const) {
      const phrase = kinds[state]?.find((one) => searched.includes(` ${wordsOf(one)} `));
      if (phrase !== undefined) return { state, key, phrase };
    }
  }
  return null;
}

/** The words of a text in lower case, with one space between them. */
const wordsOf = (text: string): string => text.toLowerCase().replaceAll(SEPARATORS, " ").trim();

const without = (text: string, phrase: string): string => {
  const [before = text, ...after] = ` ${wordsOf(text)} `.split(` ${wordsOf(phrase)} `);
  return [before, ...after].join(" ");
};

/** The state at the start of a subject; null: there is none. */
function tagOf(subject: string): { state: StateAction; rest: string } | null {
  const [whole = "", ...names] = TAG.exec(subject) ?? [];
  const name = names.find((one) => one !== undefined);
  const state = name === undefined ? null : parseAction(name);
  return state === null ? null : { state, rest: subject.slice(whole.length) };
}

function stateOf(text: string): StateAction | null {
  // The first lines say what a message is about.
  const start = text.split("\n").slice(0, 10).join("\n");
  if (isRecoveryText(start)) return "resolve";
  if (
    RESOLVED.test(start) &&
    !/\b(?:not|never|un|cannot be)[ -]?(?:yet )?(?:been )?(?:resolved|recovered|restored|cleared)\b/i.test(start)
  )
    return "resolve";
  if (PROBLEM.test(start)) return "trigger";
  return SUCCEEDED.test(start) ? "resolve" : null;
}

/** Words for a state, which differ between the messages of one alert. */
const STATE_WORDS =
  /\b(?:(?:has|have|was|were|is|are) (?:now )?(?:been )?(?=fail|degrad|succ|resol|recov|restor|clear|compl|down|up|ok|back))?(?:failed|failure|fails|failing|succeeded|successful|successfully|success|completed|finished|resolved|recovered|recovery|restored|cleared|passed|errors?|ok|down|up|again|degraded|healthy|offline|online|back to normal)\b/gi;

/** Dates, times and durations, which differ between the messages of one alert. */
const TIMES =
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?\S*)?|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b/g;

/** A subject as a key; null: nothing is left of it. */
const keyOf = (subject: string): string | null => wordsOf(subject.replaceAll(TIMES, " ")) || null;
