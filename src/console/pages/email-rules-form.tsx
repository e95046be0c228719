/** The form fields for the rules of an e-mail integration: phrases that tell a problem from its end. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Problem } from "../api.ts";
import { errorAt, Field } from "../parts/fields.tsx";
import type { Form } from "../parts/form.ts";

type Rule = Schemas["EmailRule"];

const PHRASES = ["trigger", "resolve", "ignore"] as const;

const TITLES: Readonly<Record<(typeof PHRASES)[number], string>> = {
  trigger: "Problem",
  resolve: "End of the problem",
  ignore: "Neither",
};

/** Empty rules in the form, besides those that exist. Saving makes room for more. */
const EMPTY_RULES = 2;

const fieldName = (index: number, name: string): string => `emailRules.${index}.${name}`;

/** Reads the rules of a form. Empty ones are left out. The API validates them. */
export function readEmailRules(form: Form): Rule[] {
  const count = form.all("emailRules").length;
  return Array.from({ length: count }, (_, index) => readRule(form, index)).filter(
    (rule) => Object.keys(rule).length > 0,
  );
}

function readRule(form: Form, index: number): Rule {
  const key = form.text(fieldName(index, "key"));
  const phrases = PHRASES.map(
    (name) =>
      [
        name,
        form
          .exactly(fieldName(index, name))
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
      ] as const,
  ).filter(([, lines]) => lines.length > 0);
  return { ...(key !== "" && { key }), ...Object.fromEntries(phrases) };
}

export const EmailRulesFields: FC<{ rules: readonly Rule[]; problem: Problem | null }> = ({ rules, problem }) => (
  <fieldset class="group email-rules">
    <legend>E-mail rules</legend>
    <p class="hint">
      Only if the usual words do not tell a problem from its end. One phrase per line; the first rule with a phrase in
      the subject decides, then the first with one in the text.
    </p>
    {errorOfAll(problem) === undefined ? null : (
      <p class="invalid" role="alert">
        {errorOfAll(problem)}
      </p>
    )}
    {[...rules, ...Array.from({ length: EMPTY_RULES }, (): Rule => ({}))].map((rule, index) => (
      <RuleFields rule={rule} index={index} error={errorAt(problem, `/emailRules/${index}`)} />
    ))}
  </fieldset>
);

const errorOfAll = (problem: Problem | null): string | undefined =>
  problem?.errors?.find(({ pointer }) => pointer === "/emailRules")?.detail;

const RuleFields: FC<{ rule: Rule; index: number; error: string | undefined }> = ({ rule, index, error }) => (
  <fieldset class="email-rule">
    <legend>Rule {index + 1}</legend>
    <input type="hidden" name="emailRules" value={index} />
    <Field
      name="Alert key"
      hint="Same for the problem and its end. Empty: the subject without the phrase"
      error={error}
    >
      <input name={fieldName(index, "key")} value={rule.key ?? ""} maxlength={200} autocomplete="off" />
    </Field>
    {PHRASES.map((name) => (
      <Field name={TITLES[name]}>
        <textarea name={fieldName(index, name)} rows={2} spellcheck={false}>
          {rule[name]?.join("\n") ?? ""}
        </textarea>
      </Field>
    ))}
  </fieldset>
);
