/** `/silences/:id`: a silence with the alerts that it mutes; extend, edit and expire it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { MINUTE, toIso } from "../../../lib/time.ts";
import { attempt, dataOf, listPath, newestNames, type Problem, withNamesOf } from "../../api.ts";
import { type Caller, type Console, hasScope, type Page } from "../../context.ts";
import { Actor } from "../../parts/actor.tsx";
import { Fact, Facts, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { Select, withoutFields } from "../../parts/fields.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { readForm } from "../../parts/form.ts";
import { renderPage } from "../../parts/layout.tsx";
import { teamName } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { integrationsIn, MatcherChips } from "../../silences/matchers.tsx";
import {
  ALL_TEAMS,
  DURATIONS,
  type Entered,
  enteredOf,
  FormPreview,
  MatchingAlerts,
  readEntered,
  readMatchers,
  SILENCE_POINTERS,
  SilenceFields,
  toSilenceUpdate,
} from "./form.tsx";
import { Expire, SilenceState } from "./list.tsx";

type Silence = Schemas["Silence"];
type Preview = Schemas["SilencePreview"];

const PATH = "/silences";

export function registerSilence(pages: Console): void {
  pages.get(`${PATH}/:id`, (c) => showSilence(c, null, null, null));

  pages.post(`${PATH}/:id`, async (c) => {
    const form = await readForm(c);
    const entered = readEntered(form);
    const before = await load(c);
    if (form.text("operation") === "preview") return showSilence(c, before, entered, null);
    const { body, problem } = toSilenceUpdate(entered, before);
    if (problem) return showSilence(c, before, entered, problem);
    const changed = await attempt(
      c.get("api").PATCH("/v1/silences/{id}", {
        params: { path: { id: before.id }, header: { "if-match": form.text("etag") || "*" } },
        body,
      }),
    );
    if (changed.problem) return showSilence(c, await load(c), entered, changed.problem);
    return c.redirect(withFlash(`${PATH}/${before.id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/extend`, async (c) => {
    const form = await readForm(c);
    const { id, endsAt } = await load(c);
    const minutes = Number(form.text("minutes")) || 0;
    await dataOf(
      c.get("api").PATCH("/v1/silences/{id}", {
        params: { path: { id } },
        body: { endsAt: toIso(Date.parse(endsAt) + minutes * MINUTE) },
      }),
    );
    return c.redirect(withFlash(form.text("back") === "list" ? PATH : `${PATH}/${id}`, "silence-extended"), 303);
  });

  pages.post(`${PATH}/:id/expire`, async (c) => {
    const form = await readForm(c);
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/silences/{id}", { params: { path: { id } } }));
    return c.redirect(withFlash(form.text("back") === "list" ? PATH : `${PATH}/${id}`, "silence-expired"), 303);
  });
}

const load = (c: Page): Promise<Silence> =>
  dataOf(c.get("api").GET("/v1/silences/{id}", { params: { path: { id: c.req.param("id") ?? "" } } }));

/** What the matchers of a form match, or those of the silence. */
function previewOf(c: Page, entered: Entered | null, teamId: string | null) {
  const preview = (body: Schemas["SilencePreviewRequest"]) =>
    attempt(c.get("api").POST("/v1/silences/preview", { body }));
  if (entered === null) return preview({ silenceId: c.req.param("id") ?? "" });
  const { body: matchers, problem } = readMatchers(entered);
  return problem ? { data: null, problem } : preview({ matchers, teamId });
}

/** @param edited the silence whose form was sent; null: none was */
async function showSilence(c: Page, edited: Silence | null, entered: Entered | null, problem: Problem | null) {
  const [silence, checked, newest] = await Promise.all([
    edited ?? load(c),
    previewOf(c, entered, edited?.teamId ?? null),
    newestNames(c),
  ]);
  const names = await withNamesOf(c, newest, integrationsIn(silence.matchers));
  const preview = checked.data;
  const shown = problem ?? checked.problem;
  const title = silence.comment.slice(0, 200);
  const mayChange = hasScope(c.get("caller"), "alerts:write", silence.teamId);
  return renderPage(
    c,
    { title: title.slice(0, 100), section: PATH },
    <>
      <PageHead title={title} up={{ path: listPath(c, PATH), name: "Silences" }}>
        <SilenceState state={silence.state} />
      </PageHead>
      <SilenceFacts silence={silence} names={names} caller={c.get("caller")} />
      {mayChange ? <Tools silence={silence} /> : null}
      {mayChange && silence.state !== "expired" ? (
        <>
          <h2>Edit</h2>
          <ProblemMessage problem={withoutFields(shown, SILENCE_POINTERS)} />
          <div class="silence-page">
            <EditForm silence={silence} entered={entered} problem={shown} caller={c.get("caller")} />
            <FormPreview preview={preview} problem={shown} />
          </div>
        </>
      ) : (
        <Muted state={silence.state} preview={preview} />
      )}
    </>,
    shown ? (shown.status === 409 || shown.status === 412 ? 409 : 400) : 200,
  );
}

const SilenceFacts: FC<{ silence: Silence; names: ReadonlyMap<string, string>; caller: Caller }> = ({
  silence,
  names,
  caller,
}) => (
  <Facts>
    <Fact name="Mutes alerts with">
      <MatcherChips matchers={silence.matchers} names={names} />
    </Fact>
    <Fact name="Team">{teamName(caller, silence.teamId, ALL_TEAMS)}</Fact>
    <Fact name="Created">
      <Time at={silence.createdAt} /> <Actor actor={silence.createdBy} />
    </Fact>
    <Fact name={silence.state === "pending" ? "Starts" : "Started"}>
      <Time at={silence.startsAt} />
    </Fact>
    <Fact name={silence.state === "expired" ? "Ended" : "Ends"}>
      <Time at={silence.endsAt} />
    </Fact>
    {Object.entries(silence.annotations).map(([name, text]) => (
      <Fact name={name}>{text}</Fact>
    ))}
  </Facts>
);

const Tools: FC<{ silence: Silence }> = ({ silence }) => (
  <div class="tools silence-tools">
    {silence.state === "expired" ? (
      <a class="button" href={`${PATH}/new?silence=${silence.id}`}>
        Create again
      </a>
    ) : (
      <>
        <form method="post" action={`${PATH}/${silence.id}/extend`} class="actions">
          <Select name="minutes" label="Extend by" options={DURATIONS} />
          <button class="quiet">Extend</button>
        </form>
        <Expire silence={silence} />
      </>
    )}
  </div>
);

const EditForm: FC<{ silence: Silence; entered: Entered | null; problem: Problem | null; caller: Caller }> = ({
  silence,
  entered,
  problem,
  caller,
}) => (
  <form method="post" action={`${PATH}/${silence.id}`} class="form" data-silence>
    {/* Of the version that was edited: another change in the meantime is not overwritten. */}
    <input type="hidden" name="etag" value={`"${silence.version}"`} />
    <SilenceFields entered={entered ?? enteredOf(silence)} problem={problem} state={silence.state} caller={caller} />
    <p class="buttons">
      <button>Save</button>
      <button class="quiet without-script" name="operation" value="preview" formnovalidate>
        Preview
      </button>
    </p>
  </form>
);

/** For those who cannot change the silence. */
const Muted: FC<{ state: Silence["state"]; preview: Preview | null }> = ({ state, preview }) =>
  preview === null || state === "expired" ? null : (
    <section>
      <h2>{state === "active" ? "Muted alerts" : "Matching alerts"}</h2>
      <MatchingAlerts preview={preview} />
    </section>
  );
