/** The settings of a subscription as a form, and back, and in words. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { given } from "../../api.ts";
import { SEVERITIES, STATUSES, word, words } from "../../parts/badges.tsx";
import type { Form } from "../../parts/form.ts";
import { Choices, Field, Select } from "../../parts/pieces.tsx";

type Filter = Schemas["SubscriptionFilter"];
type Kind = NonNullable<Filter["type"]>[number];

const KINDS: readonly Kind[] = [
  "CREATED",
  "REPEATED",
  "ACKNOWLEDGED",
  "UNACKNOWLEDGED",
  "RESOLVED",
  "CLOSED",
  "REOPENED",
  "STALE",
];

/** What a form is filled with. */
export interface Settings {
  name: string;
  url: string;
  filter: Filter;
  /** Each `name=value` on a line of its own, as it was typed. */
  labels: string;
}

export const NEW: Settings = { name: "", url: "", filter: {}, labels: "" };

/** The settings of a subscription that is there. */
export const settingsOf = ({ name, url, filter }: Schemas["Subscription"]): Settings => ({
  name,
  url,
  filter,
  labels: labelLines(filter).join("\n"),
});

const labelLines = ({ labels = {} }: Filter): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${value}`);

/** The settings that a form was sent with. What is wrong is left to the API to refuse. */
export function readSettings(form: Form): Settings {
  const chosen = <Name extends "severity" | "status" | "type">(name: Name) => {
    const values = form.all(name);
    return values.length === 0 ? undefined : (values as NonNullable<Filter[Name]>);
  };
  const labels = form.exactly("labels");
  const filter = given({
    severity: chosen("severity"),
    status: chosen("status"),
    type: chosen("type"),
    integrationId: form.text("integrationId") || undefined,
    labels: labels.trim() === "" ? undefined : readLabels(labels),
  });
  return { name: form.text("name"), url: form.text("url"), filter, labels };
}

/** What is no `name=value`, or names something twice, goes as null: left out it would make the filter another one. */
function readLabels(text: string): Record<string, string> {
  const labels = new Map<string, string | null>();
  for (const line of text.trim().split(/\s*\n\s*/)) {
    const [name = "", value = null] = line.split(/\s*=\s*(.*)/, 2);
    labels.set(name, labels.has(name) ? null : value);
  }
  return Object.fromEntries(labels) as Record<string, string>;
}

/** Name, URL, and of what it tells. `integrations`: names by id. */
export const SettingsFields: FC<{ settings: Settings; integrations: ReadonlyMap<string, string> }> = ({
  settings: { name, url, filter, labels },
  integrations,
}) => (
  <>
    <Field name="Name">
      <input name="name" value={name} required maxlength={200} autocomplete="off" dir="auto" />
    </Field>
    <Field name="URL" hint="Where every change is POSTed, signed">
      <input type="url" name="url" value={url} required maxlength={2000} autocomplete="off" />
    </Field>
    <Choices name="severity" legend="Severities" options={words(SEVERITIES)} chosen={filter.severity} />
    <Choices name="status" legend="Statuses" options={words(STATUSES)} chosen={filter.status} />
    <Choices name="type" legend="Kinds" options={words(KINDS)} chosen={filter.type} />
    <p class="hint">None chosen: all.</p>
    <Field name="Integration">
      <Select name="integrationId" value={filter.integrationId} options={integrationOptions(filter, integrations)} />
    </Field>
    <Field name="Labels" hint="name=value, one a line">
      <textarea name="labels" rows={2}>
        {labels}
      </textarea>
    </Field>
  </>
);

/** One that is deleted, or out of readScope, stays chosen. */
const integrationOptions = ({ integrationId: id }: Filter, names: ReadonlyMap<string, string>) => [
  ["", "Any"] as const,
  ...(id !== undefined && !names.has(id) ? [[id, id] as const] : []),
  ...names,
];

/** Of what it tells, in words. */
export function filterWords(filter: Filter): string {
  const { severity = [], status = [], type = [], integrationId } = filter;
  const constants = [severity, status, type].map((some) => some.map(word).join(", "));
  const parts = [...constants, integrationId === undefined ? "" : "one integration", ...labelLines(filter)];
  return parts.filter(Boolean).join(" · ") || "everything";
}
