/** Rules of a form: from words, conditions and code to an action or a severity. */
import { type Action, ACTIONS, type Severity, SEVERITIES } from "../../alerts/model.ts";
import { parseSeverity } from "../../alerts/severity.ts";
import { isRecoveryText, parseActionIn } from "../actions.ts";
import type { ActionRule, OneOrMore, Rule, Sources } from "./form.ts";
import { FormError } from "./path.ts";
import { compileCondition, type Compiler, compileText, listOf, type Reader, wordTable } from "./source.ts";

/** The result of action rules: an action, or why an event is no alert. */
export type Ruling = Action | { noAlert: string };

export interface CompiledRules<Value> {
  /** The result of the first rule that has one. */
  read: Reader<Value | null>;
  /** Whether there was anything to read: a word, even an unknown one, or a rule that needs none. */
  isFound: Reader<boolean>;
}

/** Compiles the rules of the action. */
export const compileAction = (rules: OneOrMore<ActionRule> | undefined, compiler: Compiler): CompiledRules<Ruling> =>
  combine(
    listOf(rules).map((rule): CompiledRules<Ruling> => {
      if (typeof rule !== "object") return compileRule(rule, ACTIONS, parseActionIn, compiler);
      if ("noAlert" in rule) return { read: () => rule, isFound: () => false };
      if ("recoveryIn" in rule) return { read: compileRecovery(rule.recoveryIn, compiler), isFound: () => false };
      return compileRule(rule, ACTIONS, parseActionIn, compiler);
    }),
  );

/** Compiles the rules of the severity. */
export const compileSeverity = (
  rules: OneOrMore<Rule<Severity>> | undefined,
  compiler: Compiler,
): CompiledRules<Severity> =>
  combine(listOf(rules).map((rule) => compileRule(rule, SEVERITIES, parseSeverity, compiler)));

function combine<Value>(rules: readonly CompiledRules<Value>[]): CompiledRules<Value> {
  return {
    isFound: (scope) => rules.some((rule) => rule.isFound(scope)),
    read: (scope) => {
      for (const rule of rules) {
        const result = rule.read(scope);
        if (result !== null) return result;
      }
      return null;
    },
  };
}

function compileRule<Value extends string>(
  rule: Rule<Value>,
  values: readonly Value[],
  parseCommon: (word: string) => Value | null,
  compiler: Compiler,
): CompiledRules<Value> {
  if (typeof rule === "string") {
    if (!values.includes(rule)) throw new FormError(`unknown value \`${(rule as string).slice(0, 100)}\``);
    return { read: () => rule, isFound: () => true };
  }
  if (typeof rule === "function") {
    const read: Reader<Value | null> = (scope) => rule(scope.event, scope);
    return { read, isFound: (scope) => read(scope) !== null };
  }
  if ("is" in rule) {
    const test = rule.when === undefined ? () => true : compileCondition(rule.when, compiler);
    return { read: (scope) => (test(scope) ? rule.is : null), isFound: test };
  }
  const words = listOf(rule.at).map((source) => compileText(source, compiler));
  const table = wordTable(rule.words ?? {}) as ReadonlyMap<string, Value>;
  return {
    isFound: (scope) => words.some((word) => word(scope) !== null),
    read: (scope) => {
      for (const word of words) {
        const text = word(scope);
        const value =
          text === null ? null : (table.get(text.toLowerCase()) ?? (rule.strict ? null : parseCommon(text)));
        if (value !== null) return value;
      }
      return null;
    },
  };
}

/** Reads sentences as one text, because one may negate the other. */
function compileRecovery(sources: Sources, compiler: Compiler): Reader<Action | null> {
  const texts = listOf(sources).map((source) => compileText(source, compiler));
  return (scope) => (isRecoveryText(texts.map((text) => text(scope)).join(" ")) ? "resolve" : null);
}
