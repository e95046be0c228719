/** `/silences/new`: the form of a new silence with a preview. `alert` or `silence` in the address name where its matchers come from. */
import { type Schemas } from "../../../../packages/client/src/index.ts";
import { OWN_LABELS } from "../../../alerts/labels.ts";
import { attempt, dataOf, type Problem } from "../../api.ts";
import { type Console, hasScopeSomewhere, type Page } from "../../context.ts";
import { NotAllowed, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { withoutFields } from "../../parts/fields.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { readForm } from "../../parts/form.ts";
import { renderPage } from "../../parts/layout.tsx";
import { matchersOf, toLines, wideMatchers } from "../../silences/matchers.tsx";
import { sourceLabels } from "../../triage/rows.ts";
import {
  type Entered,
  enteredOf,
  FormPreview,
  NEW_SILENCE,
  readEntered,
  readMatchers,
  SILENCE_POINTERS,
  SilenceFields,
  toNewSilence,
} from "./form.tsx";

const PATH = "/silences/new";
const FRAME = { title: "New silence", section: "/silences" } as const;

export function registerNewSilence(pages: Console): void {
  pages.get(PATH, async (c) => {
    if (!hasScopeSomewhere(c.get("caller"), "alerts:write")) return showForbidden(c);
    return showForm(c, await prefilled(c), null);
  });

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const entered = readEntered(form);
    if (form.text("operation") === "preview") return showForm(c, entered, null);
    const { body, problem } = toNewSilence(entered, Date.now());
    if (problem) return showForm(c, entered, problem);
    const created = await attempt(
      c.get("api").POST("/v1/silences", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body,
      }),
    );
    if (created.problem) return showForm(c, entered, created.problem);
    return c.redirect(withFlash(`/silences/${created.data.id}`, "silence-created"), 303);
  });
}

const UP = { path: "/silences", name: "Silences" };

const showForbidden = (c: Page) =>
  renderPage(c, FRAME, <NotAllowed title={FRAME.title} up={UP} text="You cannot create silences." />, 403);

/** The form of a silence like another, or of one for alerts like one; else an empty form. */
async function prefilled(c: Page): Promise<Entered> {
  const { alert: alertId, silence: silenceId, matchers } = c.req.query();
  if (silenceId) {
    const silence = await dataOf(c.get("api").GET("/v1/silences/{id}", { params: { path: { id: silenceId } } }));
    return { ...NEW_SILENCE, ...enteredOf(silence), duration: NEW_SILENCE.duration, startsAt: "", endsAt: "" };
  }
  if (!alertId) return { ...NEW_SILENCE, matchers: matchers ?? "" };
  const alert = await dataOf(c.get("api").GET("/v1/alerts/{id}", { params: { path: { id: alertId } } }));
  return { ...NEW_SILENCE, teamId: alert.teamId ?? "", matchers: toLines(matchersFor(alert)) };
}

/** Matchers of alerts like one: by the labels of its source, else by its alert key. */
function matchersFor(alert: Schemas["Alert"]) {
  const labels = sourceLabels(alert);
  if (Object.keys(labels).length > 0) return wideMatchers(matchersOf(labels));
  return matchersOf({
    [OWN_LABELS.integration]: alert.integrationId,
    ...(alert.alertKey !== null && { [OWN_LABELS.alertKey]: alert.alertKey }),
  });
}

async function showForm(c: Page, entered: Entered, problem: Problem | null) {
  const { body: matchers, problem: invalid } = readMatchers(entered);
  const preview =
    matchers &&
    (await attempt(c.get("api").POST("/v1/silences/preview", { body: { matchers, teamId: entered.teamId || null } })));
  const isEmpty = entered.matchers.trim() === "";
  const shown = problem ?? (isEmpty ? null : (invalid ?? preview?.problem ?? null));
  return renderPage(
    c,
    FRAME,
    <>
      <PageHead title={FRAME.title} up={UP} />
      <ProblemMessage problem={withoutFields(shown, SILENCE_POINTERS)} />
      <div class="silence-page">
        <form method="post" action={PATH} class="form" data-silence>
          {/* The idempotency key: a form that is sent twice creates one silence. */}
          <input type="hidden" name="key" value={crypto.randomUUID()} />
          <SilenceFields entered={entered} problem={shown} state={null} caller={c.get("caller")} />
          <p class="buttons">
            <button>Create silence</button>
            <button class="quiet without-script" name="operation" value="preview" formnovalidate>
              Preview
            </button>
          </p>
        </form>
        <FormPreview preview={preview?.data ?? null} problem={shown} />
      </div>
    </>,
    shown ? 400 : 200,
  );
}
