/** The form fields of a subscription, how to read them, and its filter as text. */
import type { FC } from "hono/jsx";
import { ENTRY_TYPES } from "../../../alerts/model.ts";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { defined } from "../../api.ts";
import { SEVERITIES, STATUSES } from "../../parts/badges.tsx";
import { sentenceCase, enumOptions } from "../../parts/format.ts";
import type { Form } from "../../parts/form.ts";
import { CheckboxGroup, Field, Select } from "../../parts/fields.tsx";

type Filter = Schemas["SubscriptionFilter"];

/** The values of the form. */
export interface Settings {
  name: string;
  url: string;
  filter: Filter;
  /** As entered: one `name=value` per line. */
  labels: string;
}

export const NEW_SETTINGS: Settings = { name: "", url: "", filter: {}, labels: "" };

/** The form values of an existing subscription. */
export const settingsOf = ({ name, url, filter }: Schemas["Subscription"]): Settings => ({
  name,
  url,
  filter,
  labels: labelLines(filter).join("\n"),
});

const labelLines = ({ labels = {} }: Filter): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${value}`);

/** Reads the settings of a submitted form. The API validates them. */
export function readSettings(form: Form): Settings {
  const checked = <Name extends "severity" | "status" | "type">(name: Name) => {
    const values = form.all(name);
    return values.length === 0 ? undefined : (values as NonNullable<Filter[Name]>);
  };
  const labels = form.exactly("labels");
  const filter = defined({
    severity: checked("severity"),
    status: checked("status"),
    type: checked("type"),
    integrationId: form.text("integrationId") || undefined,
    labels: labels.trim() === "" ? undefined : parseLabels(labels),
  });
  return { name: form.text("name"), url: form.text("url"), filter, labels };
}

/** Invalid lines and repeated names become null, so that the API rejects them. Dropping them would widen the filter. */
function parseLabels(text: string): Record<string, string> {
  const labels = new Map<string, string | null>();
  for (const line of text.trim().split(/\s*\n\s*/)) {
    const [name = "", value = null] = line.split(/\s*=\s*(.*)/, 2);
    labels.set(name, labels.has(name) ? null : value);
  }
  return Object.fromEntries(labels) as Record<string, string>;
}

/** @param integrations names by id */
export const SettingsFields: FC<{ settings: Settings; integrations: ReadonlyMap<string, string> }> = ({
  settings: { name, url, filter, labels },
  integrations,
}) => (
  <>
    <Field name="Name">
      <input name="name" value={name} required maxlength={200} autocomplete="off" dir="auto" />
    </Field>
    <Field name="URL" hint="Receives signed POST requests">
      <input type="url" name="url" value={url} required maxlength={2000} autocomplete="off" />
    </Field>
    <CheckboxGroup name="severity" legend="Severities" options={enumOptions(SEVERITIES)} checked={filter.severity} />
    <CheckboxGroup name="status" legend="Statuses" options={enumOptions(STATUSES)} checked={filter.status} />
    <CheckboxGroup name="type" legend="Timeline entry types" options={enumOptions(ENTRY_TYPES)} checked={filter.type} />
    <p class="hint">Nothing selected: all.</p>
    <Field name="Integration">
      <Select name="integrationId" value={filter.integrationId} options={integrationOptions(filter, integrations)} />
    </Field>
    <Field name="Labels" hint="One name=value per line">
      <textarea name="labels" rows={2}>
        {labels}
      </textarea>
    </Field>
  </>
);

/** Keeps the selected integration as an option when it is deleted or not visible to the caller. */
const integrationOptions = ({ integrationId: id }: Filter, names: ReadonlyMap<string, string>) => [
  ["", "Any"] as const,
  ...(id !== undefined && !names.has(id) ? [[id, id] as const] : []),
  ...names,
];

/** The filter as text. */
export function describeFilter(filter: Filter): string {
  const { severity = [], status = [], type = [], integrationId } = filter;
  const constants = [severity, status, type].map((some) => some.map(sentenceCase).join(", "));
  const parts = [...constants, integrationId === undefined ? "" : "1 integration", ...labelLines(filter)];
  return parts.filter(Boolean).join(" · ") || "all timeline entries";
}
