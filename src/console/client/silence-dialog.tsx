/** Creates a silence from the labels of an alert, with a preview of the alerts that it mutes. */
import { textOf } from "./dom.ts";
import { useEffect, useState } from "hono/jsx/dom";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DAY, HOUR, toIso } from "../../lib/time.ts";
import type { Matcher } from "../../alerts/matchers.ts";
import { matchersOf, wideMatchers } from "../silences/matchers.tsx";
import { PreviewSummary } from "../silences/preview.tsx";
import { callApi, CallError } from "./api.ts";
import { ask } from "./dialogs.tsx";
import { guard, showToast } from "./toasts.tsx";

const DURATIONS: readonly (readonly [name: string, ms: number])[] = [
  ["1 hour", HOUR],
  ["4 hours", 4 * HOUR],
  ["1 day", DAY],
  ["1 week", 7 * DAY],
];

interface Subject {
  teamId: string | null;
  labels: Record<string, string>;
}

/**
 * Asks for a silence and creates it.
 * @param onChange called when alerts became muted, and when Undo ended that
 */
export async function createSilence({ teamId, labels }: Subject, onChange: () => void): Promise<void> {
  const matchers = matchersOf(labels);
  if (matchers.length === 0) return showToast("This alert has no labels to silence by. Snooze it instead.", null, true);
  const chosen = new Set(wideMatchers(matchers).map(({ name }) => name));
  const silence = await ask(
    "Silence alerts",
    "Create silence",
    <Fields matchers={matchers} chosen={chosen} teamId={teamId} />,
    (form) =>
      callApi<Schemas["Silence"]>("POST", "/v1/silences", {
        teamId,
        matchers: matchers.filter(({ name }) => form.getAll("matcher").includes(name)),
        endsAt: toIso(Date.now() + Number(textOf(form, "duration"))),
        comment: textOf(form, "comment"),
      }),
  );
  if (!silence) return;
  const end = async () => {
    await callApi("DELETE", `/v1/silences/${silence.id}`);
    showToast("Silence expired.");
    onChange();
  };
  showToast("Silence created.", () => void guard(end));
  onChange();
}

const Fields: FC<{ matchers: readonly Matcher[]; chosen: ReadonlySet<string>; teamId: string | null }> = ({
  matchers,
  chosen,
  teamId,
}) => {
  const [names, setNames] = useState(chosen);
  const toggle = (name: string) => {
    const next = new Set(names);
    if (!next.delete(name)) next.add(name);
    setNames(next);
  };
  return (
    <>
      <fieldset class="silence-matchers">
        <legend class="unseen">Labels that must match</legend>
        <p class="hint">Mutes every alert with all of these labels.</p>
        <ul>
          {matchers.map(({ name, value }) => (
            <li>
              <label>
                <input
                  type="checkbox"
                  name="matcher"
                  value={name}
                  checked={names.has(name)}
                  onChange={() => toggle(name)}
                />
                <code>
                  {name}={value}
                </code>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <Preview matchers={matchers.filter(({ name }) => names.has(name))} teamId={teamId} />
      <label class="field">
        <span class="name">For</span>
        <select name="duration">
          {DURATIONS.map(([name, ms]) => (
            <option value={ms}>{name}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="name">Comment</span>
        <input name="comment" required maxlength={4000} placeholder="Deploy of checkout" />
      </label>
    </>
  );
};

const MAX_TITLES = 5;

const Preview: FC<{ matchers: readonly Matcher[]; teamId: string | null }> = ({ matchers, teamId }) => {
  const [preview, setPreview] = useState<Schemas["SilencePreview"] | string>("Looking for matching alerts …");
  const key = JSON.stringify(matchers);
  useEffect(() => {
    let isCurrent = true;
    if (matchers.length === 0) setPreview("Select at least one label.");
    else
      void callApi<Schemas["SilencePreview"]>("POST", "/v1/silences/preview", {
        matchers,
        ...(teamId !== null && { teamId }),
      }).then(
        (result) => isCurrent && setPreview(result),
        (error: unknown) => isCurrent && setPreview(error instanceof CallError ? error.message : "No preview."),
      );
    return () => {
      isCurrent = false;
    };
  }, [key]);
  if (typeof preview === "string") return <p class="silence-preview">{preview}</p>;
  return (
    <div class="silence-preview" aria-live="polite">
      <PreviewSummary preview={preview} maxTitles={MAX_TITLES} />
    </div>
  );
};
