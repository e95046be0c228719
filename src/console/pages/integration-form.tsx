/** The form fields of an integration, and how to read them. */
import type { FC } from "hono/jsx";
import { MatcherTextError, matcherText, parseMatcher } from "../../alerts/matcher-text.ts";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Problem } from "../api.ts";
import type { Caller } from "../context.ts";
import type { Form } from "../parts/form.ts";
import { errorAt, Field, Select } from "../parts/fields.tsx";
import { teamOptions } from "../parts/teams.ts";

/** The settings in the form, of a new or an existing integration. */
export type Settings = Pick<
  Schemas["Integration"],
  | "name"
  | "teamId"
  | "deduplicationWindowMinutes"
  | "autoResolveMinutes"
  | "heartbeatMinutes"
  | "heartbeatSchedule"
  | "heartbeatMatchers"
  | "rateLimitPerMinute"
  | "shards"
  | "idempotencyHeader"
  | "ignore"
>;

const DEFAULT_GRACE_MINUTES = 10;

export const NEW_SETTINGS: Settings = {
  name: "",
  teamId: null,
  deduplicationWindowMinutes: 15,
  autoResolveMinutes: null,
  heartbeatMinutes: null,
  heartbeatSchedule: null,
  heartbeatMatchers: [],
  rateLimitPerMinute: null,
  shards: 1,
  idempotencyHeader: null,
  ignore: [],
};

/** Reads the settings of a submitted form. The API validates them. */
export function readSettings(form: Form): Settings {
  const { text } = form;
  // Invalid numbers stay text, so that the API rejects them. JSON would turn NaN into null, which is valid.
  const number = (name: string) => {
    const value = Number(text(name));
    return Number.isNaN(value) ? (text(name) as unknown as number) : value;
  };
  const numberOrNone = (name: string) => (text(name) === "" ? null : number(name));
  return {
    name: text("name"),
    teamId: text("teamId") || null,
    deduplicationWindowMinutes: numberOrNone("deduplicationWindowMinutes") ?? NEW_SETTINGS.deduplicationWindowMinutes,
    autoResolveMinutes: numberOrNone("autoResolveMinutes"),
    heartbeatMinutes: numberOrNone("heartbeatMinutes"),
    heartbeatSchedule:
      text("heartbeatCron") === ""
        ? null
        : {
            cron: text("heartbeatCron"),
            timeZone: text("heartbeatTimeZone") || "UTC",
            graceMinutes: numberOrNone("heartbeatGraceMinutes") ?? DEFAULT_GRACE_MINUTES,
          },
    heartbeatMatchers: text("heartbeatMatchers").split("\n").map(trimmed).filter(Boolean).map(readMatcher),
    rateLimitPerMinute: numberOrNone("rateLimitPerMinute"),
    shards: numberOrNone("shards") ?? NEW_SETTINGS.shards,
    idempotencyHeader: text("idempotencyHeader") || null,
    ignore: text("ignore").split(/\s+/).filter(Boolean),
  };
}

const trimmed = (line: string): string => line.trim();

/** A text that is no matcher stays a text, so that the API rejects it. */
function readMatcher(text: string): Settings["heartbeatMatchers"][number] {
  try {
    return parseMatcher(text);
  } catch (error) {
    if (!(error instanceof MatcherTextError)) throw error;
    return text as never;
  }
}

const matcherLine = (matcher: Settings["heartbeatMatchers"][number]): string =>
  typeof matcher === "string" ? matcher : matcherText(matcher);

/** JSON Pointers of the fields of a form, which show their errors. */
export const FIELDS = [
  "/name",
  "/teamId",
  "/deduplicationWindowMinutes",
  "/autoResolveMinutes",
  "/heartbeatMinutes",
  "/heartbeatSchedule/cron",
  "/heartbeatSchedule/timeZone",
  "/heartbeatSchedule/graceMinutes",
  "/heartbeatMatchers",
  "/rateLimitPerMinute",
  "/shards",
  "/idempotencyHeader",
  "/ignore",
  "/verification",
  "/emailRules",
];

export const MainFields: FC<{ settings: Settings; caller: Caller; problem: Problem | null }> = ({
  settings,
  caller,
  problem,
}) => (
  <>
    <Field name="Name" error={errorAt(problem, "/name")}>
      <input name="name" value={settings.name} required maxlength={200} autocomplete="off" dir="auto" />
    </Field>
    <Field name="Team" hint="Members of the team see its alerts" error={errorAt(problem, "/teamId")}>
      <Select
        name="teamId"
        value={settings.teamId ?? ""}
        options={teamOptions(caller, "integrations:write", "No team (platform admins only)")}
      />
    </Field>
  </>
);

export const OptionalFields: FC<{ settings: Settings; problem: Problem | null }> = ({ settings, problem }) => (
  <>
    <Minutes
      name="deduplicationWindowMinutes"
      label="Deduplication window"
      hint="Repeats of a delivery within this time are duplicates"
      value={settings.deduplicationWindowMinutes}
      min={0}
      error={errorAt(problem, "/deduplicationWindowMinutes")}
    />
    <Minutes
      name="autoResolveMinutes"
      label="Auto-resolve after"
      hint="Resolves alerts without new events for this time. Empty: never"
      value={settings.autoResolveMinutes}
      min={1}
      error={errorAt(problem, "/autoResolveMinutes")}
    />
    <Minutes
      name="heartbeatMinutes"
      label="Heartbeat interval"
      hint="Opens an alert when no delivery arrives for this time. Empty: no heartbeat, or a schedule"
      value={settings.heartbeatMinutes}
      min={1}
      error={errorAt(problem, "/heartbeatMinutes")}
    />
    <Field
      name="Heartbeat schedule"
      hint="Cron expression: opens an alert when no delivery arrives at these times, for example 0 2 * * *"
      error={errorAt(problem, "/heartbeatSchedule/cron")}
    >
      <input name="heartbeatCron" value={settings.heartbeatSchedule?.cron ?? ""} autocomplete="off" />
    </Field>
    <Field
      name="Heartbeat time zone"
      hint="IANA name, for example Europe/Berlin. Empty: UTC"
      error={errorAt(problem, "/heartbeatSchedule/timeZone")}
    >
      <input name="heartbeatTimeZone" value={settings.heartbeatSchedule?.timeZone ?? ""} autocomplete="off" />
    </Field>
    <Minutes
      name="heartbeatGraceMinutes"
      label="Heartbeat grace"
      hint={`How late a delivery may be. Empty: ${DEFAULT_GRACE_MINUTES}`}
      value={settings.heartbeatSchedule?.graceMinutes ?? null}
      min={0}
      error={errorAt(problem, "/heartbeatSchedule/graceMinutes")}
    />
    <Field
      name="Heartbeat matchers"
      hint={`Alerts that match are heartbeats and open no alert. One matcher per line, for example alertname="Watchdog"`}
      error={errorAt(problem, "/heartbeatMatchers")}
    >
      <textarea name="heartbeatMatchers" rows={2} spellcheck={false}>
        {settings.heartbeatMatchers.map(matcherLine).join("\n")}
      </textarea>
    </Field>
    <Field
      name="Rate limit, deliveries per minute"
      hint="Empty: the limit of the deployment"
      error={errorAt(problem, "/rateLimitPerMinute")}
    >
      <input type="number" name="rateLimitPerMinute" value={settings.rateLimitPerMinute ?? ""} min={1} />
    </Field>
    <Field name="Shards" hint="Above 500 deliveries per second, use more than 1" error={errorAt(problem, "/shards")}>
      <input type="number" name="shards" value={settings.shards} min={1} max={16} />
    </Field>
    <Field
      name="Idempotency header"
      hint="Header with a unique ID per delivery, in addition to the usual ones"
      error={errorAt(problem, "/idempotencyHeader")}
    >
      <input name="idempotencyHeader" value={settings.idempotencyHeader ?? ""} autocomplete="off" />
    </Field>
    <Field
      name="Ignored fields"
      hint="JSON Pointers that the content fingerprint leaves out, for example /timestamp"
      error={errorAt(problem, "/ignore")}
    >
      <input name="ignore" value={settings.ignore.join(" ")} autocomplete="off" />
    </Field>
  </>
);

const Minutes: FC<{
  name: string;
  label: string;
  hint: string;
  value: number | null;
  min: number;
  error: string | undefined;
}> = ({ name, label, hint, value, min, error }) => (
  <Field name={`${label}, minutes`} hint={hint} error={error}>
    <input type="number" name={name} value={value ?? ""} min={min} max={43_200} />
  </Field>
);
