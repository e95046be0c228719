/** Form fields. parts/form.ts reads the submitted values. */
import type { FC, PropsWithChildren } from "hono/jsx";

/** A labeled field, with an optional hint under it. */
export const Field: FC<PropsWithChildren<{ name: string; hint?: string }>> = ({ name, hint, children }) => (
  <label class="field">
    <span class="name">{name}</span>
    {children}
    {hint === undefined ? null : <span class="hint">{hint}</span>}
  </label>
);

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
}> = ({ name, legend, options, checked = [] }) => (
  <fieldset class="choices">
    <legend>{legend}</legend>
    {options.map(([option, text]) => (
      <label>
        <input type="checkbox" name={name} value={option} checked={checked.includes(option)} /> {text}
      </label>
    ))}
  </fieldset>
);
