/** The form of a silence: its fields, how to read them, and what the API gets. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { HOUR, MINUTE, toIso } from "../../../lib/time.ts";
import type { Problem } from "../../api.ts";
import type { Caller } from "../../context.ts";
import { errorAt, Field, Select } from "../../parts/fields.tsx";
import { type Form, invalidField } from "../../parts/form.ts";
import { teamOptions } from "../../parts/teams.ts";
import { fromField, toField } from "../../parts/utc.ts";
import { readLines, toLines } from "../../silences/matchers.tsx";
import { PreviewRows } from "../../silences/preview.tsx";

type Silence = Schemas["Silence"];
type Preview = Schemas["SilencePreview"];

/** How long a new silence lasts, in minutes. */
export const DURATIONS: readonly (readonly [minutes: string, name: string])[] = [
  ["60", "1 hour"],
  ["240", "4 hours"],
  ["1440", "1 day"],
  ["10080", "1 week"],
];

/** Each operator of a matcher. */
const EXAMPLE = 'service=checkout\nenv!="prod"\ninstance=~"db-.*"';

/** The team of a silence without a team. */
export const ALL_TEAMS = "All teams";

/** The values of the form, as entered. */
export interface Entered {
  teamId: string;
  /** One per line. */
  matchers: string;
  /** UTC; empty: now. */
  startsAt: string;
  /** Minutes. */
  duration: string;
  /** UTC; empty: after the duration. */
  endsAt: string;
  comment: string;
}

export const NEW_SILENCE: Entered = {
  teamId: "",
  matchers: "",
  startsAt: "",
  duration: "60",
  endsAt: "",
  comment: "",
};

/** The form of an existing silence. */
export const enteredOf = ({ teamId, matchers, startsAt, endsAt, comment }: Silence): Entered => ({
  teamId: teamId ?? "",
  matchers: toLines(matchers),
  startsAt: toField(startsAt),
  duration: "",
  endsAt: toField(endsAt),
  comment,
});

export const readEntered = ({ text, exactly }: Form): Entered => ({
  teamId: text("teamId"),
  matchers: exactly("matchers"),
  startsAt: text("startsAt"),
  duration: text("duration"),
  endsAt: text("endsAt"),
  comment: text("comment"),
});

type Read<Body> = { body: Body; problem: null } | { body: null; problem: Problem };

/** The matchers of the form as the API takes them. It checks regular expressions and limits. */
export function readMatchers({ matchers: text }: Pick<Entered, "matchers">): Read<Silence["matchers"]> {
  const { matchers, error } = readLines(text);
  if (error !== null) return { body: null, problem: invalidField("/matchers", error) };
  if (matchers.length === 0) return { body: null, problem: invalidField("/matchers", "Enter at least one matcher.") };
  return { body: matchers, problem: null };
}

/** A new silence as the API takes it. @param now Unix ms */
export function toNewSilence(entered: Entered, now: number): Read<Schemas["NewSilence"]> {
  const { body: matchers, problem } = readMatchers(entered);
  if (problem) return { body: null, problem };
  const startsAt = fromField(entered.startsAt);
  const start = startsAt === undefined ? now : Math.max(Date.parse(startsAt) || now, now);
  return {
    problem: null,
    body: {
      teamId: entered.teamId || null,
      matchers,
      ...(startsAt !== undefined && { startsAt }),
      endsAt: fromField(entered.endsAt) ?? toIso(start + (Number(entered.duration) || HOUR / MINUTE) * MINUTE),
      comment: entered.comment,
    },
  };
}

/** What the form changes of a silence. Fields have minutes: a time that was not edited keeps its seconds. */
export function toSilenceUpdate(entered: Entered, before: Silence): Read<Schemas["SilenceUpdate"]> {
  const { body: matchers, problem } = readMatchers(entered);
  if (problem) return { body: null, problem };
  const edited = (field: "startsAt" | "endsAt") => {
    const value = fromField(entered[field]);
    return value === undefined || toField(value) === toField(before[field]) ? {} : { [field]: value };
  };
  return {
    problem: null,
    body: {
      matchers,
      comment: entered.comment,
      ...edited("endsAt"),
      ...(before.state === "pending" && edited("startsAt")),
    },
  };
}

/** The JSON Pointers of the fields in requests. */
export const SILENCE_POINTERS = ["/teamId", "/matchers", "/startsAt", "/endsAt", "/comment"];

interface FieldsProps {
  entered: Entered;
  problem: Problem | null;
  /** Null: a new silence. */
  state: Silence["state"] | null;
  caller: Caller;
}

export const SilenceFields: FC<FieldsProps> = ({ entered, problem, state, caller }) => (
  <>
    <Field
      name="Matchers"
      hint="One per line; all must match. Use the names of labels, or tocsin_severity, tocsin_integration (an ID), tocsin_alert_key"
      error={errorAt(problem, "/matchers")}
    >
      <textarea name="matchers" rows={3} required spellcheck={false} autofocus={state === null} placeholder={EXAMPLE}>
        {entered.matchers}
      </textarea>
    </Field>
    {state === null ? (
      <Field name="Team" hint="Whose alerts it mutes" error={errorAt(problem, "/teamId")}>
        <Select name="teamId" value={entered.teamId} options={teamOptions(caller, "alerts:write", ALL_TEAMS)} />
      </Field>
    ) : null}
    <Field name="Comment" hint="Why the alerts are muted" error={errorAt(problem, "/comment")}>
      <input name="comment" value={entered.comment} required maxlength={4000} autocomplete="off" dir="auto" />
    </Field>
    {state === null ? (
      <Field name="For">
        <Select name="duration" value={entered.duration} options={DURATIONS} />
      </Field>
    ) : null}
    <TimeField
      name="endsAt"
      label={state === null ? "Or until" : "Ends"}
      value={entered.endsAt}
      error={errorAt(problem, "/endsAt")}
      isRequired={state !== null}
    />
    {state === null || state === "pending" ? (
      <TimeField
        name="startsAt"
        label="Starts"
        hint={state === null ? "Empty: now" : undefined}
        value={entered.startsAt}
        error={errorAt(problem, "/startsAt")}
        isRequired={state !== null}
      />
    ) : null}
  </>
);

const TimeField: FC<{
  name: string;
  label: string;
  hint?: string | undefined;
  value: string;
  error: string | undefined;
  isRequired: boolean;
}> = ({ name, label, hint, value, error, isRequired }) => (
  <Field
    name={
      <>
        {label} (<span class="zone">UTC</span>)
      </>
    }
    hint={hint}
    error={error}
  >
    <input type="datetime-local" name={name} value={value.replace(/Z$/, "")} required={isRequired} data-utc />
  </Field>
);

/** What the matchers of the form match. client/silence-form.ts keeps it current. */
export const FormPreview: FC<{ preview: Preview | null; problem: Problem | null }> = ({ preview, problem }) => (
  <section id="preview" aria-live="polite" class="silence-matches">
    <h2>Matching alerts</h2>
    {preview === null ? (
      <p class="muted">
        {problem === null
          ? "Enter matchers to see which alerts they match. To fill them in, choose “Silence” on the page of an alert."
          : "No preview: the matchers are invalid."}
      </p>
    ) : (
      <MatchingAlerts preview={preview} />
    )}
  </section>
);

export const MatchingAlerts: FC<{ preview: Preview }> = ({ preview }) => (
  <>
    <p class="below">
      {preview.isAtLeast ? "At least " : ""}
      <strong>{preview.count === 1 ? "1 unresolved alert" : `${preview.count} unresolved alerts`}</strong> now.
    </p>
    {preview.count === 0 ? null : <PreviewRows preview={preview} />}
  </>
);
