/** The settings of an integration as a form, and back. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Caller } from "../console.ts";
import type { Form } from "../parts/form.ts";
import { Field, Select } from "../parts/pieces.tsx";
import { teamOptions } from "../parts/teams.ts";

/** What forms of an integration are filled with: a new one's, or those of one that is there. */
export type Settings = Pick<
  Schemas["Integration"],
  | "name"
  | "teamId"
  | "deduplicationWindowMinutes"
  | "autoResolveMinutes"
  | "heartbeatMinutes"
  | "rateLimitPerMinute"
  | "shards"
  | "idempotencyHeader"
  | "ignore"
>;

export const NEW: Settings = {
  name: "",
  teamId: null,
  deduplicationWindowMinutes: 15,
  autoResolveMinutes: null,
  heartbeatMinutes: null,
  rateLimitPerMinute: null,
  shards: 1,
  idempotencyHeader: null,
  ignore: [],
};

/** The settings that a form was sent with. What is no number is left to the API to refuse. */
export function readSettings(form: Form): Settings {
  const { text } = form;
  // What is no number goes as it is: as a number it would be NaN, and that null, which means something.
  const number = (name: string) => {
    const value = Number(text(name));
    return Number.isNaN(value) ? (text(name) as unknown as number) : value;
  };
  const numberOrNone = (name: string) => (text(name) === "" ? null : number(name));
  return {
    name: text("name"),
    teamId: text("teamId") || null,
    deduplicationWindowMinutes: numberOrNone("deduplicationWindowMinutes") ?? NEW.deduplicationWindowMinutes,
    autoResolveMinutes: numberOrNone("autoResolveMinutes"),
    heartbeatMinutes: numberOrNone("heartbeatMinutes"),
    rateLimitPerMinute: numberOrNone("rateLimitPerMinute"),
    shards: numberOrNone("shards") ?? NEW.shards,
    idempotencyHeader: text("idempotencyHeader") || null,
    ignore: text("ignore").split(/\s+/).filter(Boolean),
  };
}

/** Name and team: all that a new integration must have. */
export const MainFields: FC<{ settings: Settings; caller: Caller }> = ({ settings, caller }) => (
  <>
    <Field name="Name">
      <input name="name" value={settings.name} required maxlength={200} autocomplete="off" dir="auto" />
    </Field>
    <Field name="Team" hint="Who sees its alerts">
      <Select
        name="teamId"
        value={settings.teamId ?? ""}
        options={teamOptions(caller, "integrations:write", "No team: platform admins alone")}
      />
    </Field>
  </>
);

/** The rest, for which there are good defaults. */
export const FurtherFields: FC<{ settings: Settings }> = ({ settings }) => (
  <>
    <Minutes
      name="deduplicationWindowMinutes"
      label="Deduplication window"
      hint="How long a repeat counts as one"
      value={settings.deduplicationWindowMinutes}
      least={0}
    />
    <Minutes
      name="autoResolveMinutes"
      label="Resolve when quiet for"
      hint="Empty: never by itself"
      value={settings.autoResolveMinutes}
      least={1}
    />
    <Minutes
      name="heartbeatMinutes"
      label="Expected every"
      hint="Longer missedHeartbeat opens an alert of its own. Empty: none"
      value={settings.heartbeatMinutes}
      least={1}
    />
    <Field name="Deliveries a minute, at most" hint="Empty: the deployment's own limit">
      <input type="number" name="rateLimitPerMinute" value={settings.rateLimitPerMinute ?? ""} min={1} />
    </Field>
    <Field
      name="Objects that share its work"
      hint="More than one for some thousand deliveries a second: see docs/scale.md"
    >
      <input type="number" name="shards" value={settings.shards} min={1} max={16} />
    </Field>
    <Field name="Idempotency header" hint="Where its deliveries carry an id of their own, beside the usual ones">
      <input name="idempotencyHeader" value={settings.idempotencyHeader ?? ""} autocomplete="off" />
    </Field>
    <Field name="Parts of the body that do not count" hint="JSON Pointers, when contents are compared: /timestamp">
      <input name="ignore" value={settings.ignore.join(" ")} autocomplete="off" />
    </Field>
  </>
);

const Minutes: FC<{ name: string; label: string; hint: string; value: number | null; least: number }> = ({
  name,
  label,
  hint,
  value,
  least,
}) => (
  <Field name={`${label}, minutes`} hint={hint}>
    <input type="number" name={name} value={value ?? ""} min={least} max={43_200} />
  </Field>
);
