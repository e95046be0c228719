/** Form fields. parts/form.ts reads the submitted values. */
import { type Child, cloneElement, type FC, type JSXNode } from "hono/jsx";
import type { Problem } from "../api.ts";
import { ProblemMessage } from "./components.tsx";

/** What describes a control, for screen readers. */
interface Description {
  "aria-describedby"?: string;
  "aria-invalid"?: "true";
}

interface FieldProps {
  /** The label. */
  name: Child;
  hint?: string | undefined;
  /** What is wrong with the value. */
  error?: string | undefined;
  /** One control with a `name` that no other described control of the page has. */
  children: Child;
}

/** A labeled control, with what is wrong with its value and a hint under it. Both describe the control, and are no part of its name. */
export const Field: FC<FieldProps> = ({ name, hint, error, children }) => {
  const control = children as JSXNode;
  const parts = { error, hint };
  const idOf = (part: keyof typeof parts) => `${part}-${String(control.props["name"])}`;
  const described = (["error", "hint"] as const).filter((part) => parts[part] !== undefined).map(idOf);
  const description: Description = {
    ...(described.length > 0 && { "aria-describedby": described.join(" ") }),
    ...(error !== undefined && { "aria-invalid": "true" }),
  };
  return (
    <div class={error === undefined ? "field" : "field wrong"}>
      <label>
        <span class="name">{name}</span>
        {cloneElement(control, description)}
      </label>
      {error === undefined ? null : (
        <span class="invalid" role="alert" id={idOf("error")}>
          {error}
        </span>
      )}
      {hint === undefined ? null : (
        <span class="hint" id={idOf("hint")}>
          {hint}
        </span>
      )}
    </div>
  );
};

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
  isInFields(problem, fields) ? null : <ProblemMessage problem={withoutFields(problem, fields)} hasFocus />;

export const Select: FC<
  {
    name: string;
    value?: string | undefined;
    options: readonly (readonly [value: string, label: string])[];
    label?: string;
  } & Description
> = ({ name, value = "", options, label, ...description }) => (
  <select name={name} {...(label !== undefined && { "aria-label": label })} {...description}>
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
  <fieldset class="choices" {...(error !== undefined && { "aria-describedby": `error-${name}` })}>
    <legend>{legend}</legend>
    {options.map(([option, text]) => (
      <label>
        <input type="checkbox" name={name} value={option} checked={checked.includes(option)} /> {text}
      </label>
    ))}
    {error === undefined ? null : (
      <span class="invalid" role="alert" id={`error-${name}`}>
        {error}
      </span>
    )}
  </fieldset>
);
