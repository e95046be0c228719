/** The form fields of a subscription, how to read them, and its filter as text. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { ENTRY_TYPES } from "../../../alerts/model.ts";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { defined, type Problem } from "../../api.ts";
import { SEVERITIES, STATUSES } from "../../parts/badges.tsx";
import { sentenceCase, enumOptions } from "../../parts/format.ts";
import type { Form } from "../../parts/form.ts";
import { CheckboxGroup, errorAt, Field, Select } from "../../parts/fields.tsx";

type Filter = Schemas["SubscriptionFilter"];

/** The values of the form. */
export interface Settings {
  name: string;
  url: string;
  filter: Filter;
  /** As entered: one `name=value` per line. */
  labels: string;
  /** Empty: none. */
  preset: string;
  /** Empty: none, or the stored one stays. */
  presetKey: string;
  /** As entered: one `Name: value` per line. */
  headers: string;
  /** Empty: none. */
  expression: string;
}

export const NEW_SETTINGS: Settings = {
  name: "",
  url: "",
  filter: {},
  labels: "",
  preset: "",
  presetKey: "",
  headers: "",
  expression: "",
};

/** The form values of an existing subscription. */
export const settingsOf = (subscription: Schemas["Subscription"]): Settings => ({
  name: subscription.name,
  url: subscription.url,
  filter: subscription.filter,
  labels: labelLines(subscription.filter).join("\n"),
  preset: subscription.preset ?? "",
  presetKey: subscription.presetKey ?? "",
  headers: Object.entries(subscription.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n"),
  expression: subscription.expression ?? "",
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
  return {
    name: form.text("name"),
    url: form.text("url"),
    filter,
    labels,
    preset: form.text("preset"),
    presetKey: form.text("presetKey"),
    headers: form.exactly("headers"),
    expression: form.text("expression"),
  };
}

/** The settings as the API takes them. It validates them. */
export const toRequest = ({ name, url, filter, preset, presetKey, headers, expression }: Settings) => ({
  name,
  url,
  filter,
  preset: preset === "" ? null : (preset as NonNullable<Schemas["Subscription"]["preset"]>),
  ...(presetKey !== "" && { presetKey }),
  headers: parseHeaders(headers),
  expression: expression === "" ? null : expression,
});

/** A line without a colon becomes a name without a value, which the API rejects. */
function parseHeaders(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", value = ""] = line.split(/:(.*)/s, 2);
      return [name.trim(), value.trim()];
    }),
  );
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

/** The JSON Pointers of the fields in requests. */
export const SETTINGS_POINTERS = [
  "/name",
  "/url",
  "/presetKey",
  "/filter/labels",
  "/headers",
  "/expression",
  "/preset",
];

/**
 * @param integrations names by id
 * @param children fields of the form, besides the settings
 */
export const SettingsFields: FC<
  PropsWithChildren<{
    settings: Settings;
    integrations: ReadonlyMap<string, string>;
    problem: Problem | null;
  }>
> = ({
  settings: { name, url, filter, labels, preset, presetKey, headers, expression },
  integrations,
  problem,
  children,
}) => (
  <>
    <Field name="Name" error={errorAt(problem, "/name")}>
      <input name="name" value={name} required maxlength={200} autocomplete="off" dir="auto" />
    </Field>
    <Field name="Preset" error={errorAt(problem, "/preset")}>
      <Select name="preset" value={preset} options={PRESETS.map(({ id, title }) => [id, title] as const)} />
    </Field>
    <Field
      name="URL"
      hint={PRESETS.find(({ id }) => id === preset)?.url ?? "Receives signed POST requests"}
      error={errorAt(problem, "/url")}
    >
      <input type="url" name="url" value={url} required maxlength={2000} autocomplete="off" />
    </Field>
    <div class="of-preset-key">
      <Field name="Preset key" hint="Only for PagerDuty and Opsgenie" error={errorAt(problem, "/presetKey")}>
        <input name="presetKey" value={presetKey} maxlength={200} autocomplete="off" spellcheck={false} />
      </Field>
    </div>
    {children}
    <fieldset class="group">
      <legend>Filter</legend>
      <p class="hint">Nothing selected: all timeline entries, repeats included.</p>
      <CheckboxGroup
        name="severity"
        legend="Severities"
        options={enumOptions(SEVERITIES.toReversed())}
        checked={filter.severity}
      />
      <CheckboxGroup name="status" legend="Statuses" options={enumOptions(STATUSES)} checked={filter.status} />
      <CheckboxGroup
        name="type"
        legend="Timeline entry types"
        options={enumOptions(ENTRY_TYPES)}
        checked={filter.type}
      />
      <Field name="Integration">
        <Select name="integrationId" value={filter.integrationId} options={integrationOptions(filter, integrations)} />
      </Field>
      <Field name="Labels" hint="One name=value per line" error={errorAt(problem, "/filter/labels")}>
        <textarea name="labels" rows={2}>
          {labels}
        </textarea>
      </Field>
    </fieldset>
    <details open={headers !== "" || expression !== "" || problem !== null}>
      <summary>Headers and transformation</summary>
      <Field
        name="Headers"
        hint="One per line: X-Team: payments. [redacted] keeps the stored value"
        error={errorAt(problem, "/headers")}
      >
        <textarea name="headers" rows={2} spellcheck={false} autocomplete="off">
          {headers}
        </textarea>
      </Field>
      <Field
        name="Expression"
        hint="JSONata that makes the body of a message. Empty: the body of the preset, or the message"
        error={errorAt(problem, "/expression")}
      >
        <textarea name="expression" rows={4} spellcheck={false} maxlength={4000}>
          {expression}
        </textarea>
      </Field>
    </details>
  </>
);

/** The products that a subscription can send to. `url`: where to find the URL. */
export const PRESETS = [
  {
    id: "",
    title: "Webhook",
    text: "Signed JSON for a program of yours, in the form of Standard Webhooks",
    url: "Receives signed POST requests",
  },
  {
    id: "slack",
    title: "Slack",
    text: "Messages in a channel",
    url: "Incoming webhook of a Slack app: https://hooks.slack.com/services/…",
  },
  {
    id: "teams",
    title: "Microsoft Teams",
    text: "Cards in a channel",
    url: "URL of the workflow “Send webhook alerts to a channel”",
  },
  {
    id: "discord",
    title: "Discord",
    text: "Messages in a channel",
    url: "Webhook of the channel: https://discord.com/api/webhooks/…",
  },
  {
    id: "pagerduty",
    title: "PagerDuty",
    text: "Incidents of a service",
    url: "https://events.pagerduty.com/v2/enqueue",
  },
  {
    id: "opsgenie",
    title: "Opsgenie",
    text: "Alerts of a team",
    url: "https://api.opsgenie.com/v2/alerts, or api.eu.opsgenie.com",
  },
] as const;

/** The product of a preset. */
export const presetTitle = (preset: string): string => PRESETS.find(({ id }) => id === preset)?.title ?? preset;

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
