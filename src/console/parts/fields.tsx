/** Form fields. parts/form.ts reads the submitted values. */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { Problem } from "../api.ts";
import { ProblemMessage } from "./components.tsx";

/** A labeled field, with an optional hint under it, and what is wrong with its value. */
export const Field: FC<PropsWithChildren<{ name: Child; hint?: string | undefined; error?: string | undefined }>> = ({
  name,
  hint,
  error,
  children,
}) => (
  <label class={error === undefined ? "field" : "field wrong"}>
    <span class="name">{name}</span>
    {children}
    {error === undefined ? null : (
      <span class="invalid" role="alert">
        {error}
      </span>
    )}
    {hint === undefined ? null : <span class="hint">{hint}</span>}
  </label>
);

/** Whether an error is about a field or a part of it. */
const isAbout = (pointer: string | undefined, field: string): boolean =>
  pointer === field || pointer?.startsWith(`${field}/`) === true;

/** What a problem says about a field. @param pointer JSON Pointer of the field in the request */
export const errorAt = (problem: Problem | null, pointer: string): string | undefined => {
  const found = problem?.errors?.filter((error) => isAbout(error.pointer, pointer)).map(({ detail }) => detail) ?? [];
  return found.length === 0 ? undefined : found.join("; ");
};

/** Whether fields show all that a problem says. @param pointers the fields that show their errors */
const isInFields = (problem: Problem | null, pointers: readonly string[]): boolean =>
  problem?.errors !== undefined &&
  problem.errors.every(({ pointer }) => pointers.some((field) => isAbout(pointer, field)));

/** A problem without what its fields show. @param pointers the fields that show their errors */
export function withoutFields(problem: Problem | null, pointers: readonly string[]): Problem | null {
  if (!problem?.errors) return problem;
  const { errors: all, ...rest } = problem;
  if (isInFields(problem, pointers)) return { ...rest, detail: "Correct the marked fields." };
  return { ...rest, errors: all.filter(({ pointer }) => !pointers.some((field) => isAbout(pointer, field))) };
}

/** What the fields of a form do not show. @param fields JSON Pointers of the fields that show their errors */
export const FormProblem: FC<{ problem: Problem | null; fields: readonly string[] }> = ({ problem, fields }) =>
  isInFields(problem, fields) ? null : <ProblemMessage problem={withoutFields(problem, fields)} />;

export const Select: FC<{
  name: string;
  value?: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
  label?: string;
}> = ({ name, value = "", options, label }) => (
  <select name={name} {...(label !== undefined && { "aria-label": label })}>
    {options.map(([option, text]) => (
      <option value={option} selected={option === value}>
        {text}
      </option>
    ))}
  </select>
);

/** Checkboxes that share a name. */
export const CheckboxGroup: FC<{
  name: string;
  legend: string;
  options: readonly (readonly [value: string, label: string])[];
  checked: readonly string[] | undefined;
  error?: string | undefined;
}> = ({ name, legend, options, checked = [], error }) => (
  <fieldset class="choices">
    <legend>{legend}</legend>
    {options.map(([option, text]) => (
      <label>
        <input type="checkbox" name={name} value={option} checked={checked.includes(option)} /> {text}
      </label>
    ))}
    {error === undefined ? null : (
      <span class="invalid" role="alert">
        {error}
      </span>
    )}
  </fieldset>
);
