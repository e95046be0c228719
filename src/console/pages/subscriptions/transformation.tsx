/** `/subscriptions/:id/transformation`: the editor of the expression that makes the body of a message. */
import { ENTRY_TYPES } from "../../../alerts/model.ts";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { parseLenientJson } from "../../../lib/json.ts";
import { attempt, dataOf, type Problem } from "../../api.ts";
import { type Console, hasScope, type Page } from "../../context.ts";
import { Empty, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { errorAt, Field, Select, withoutFields } from "../../parts/fields.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { readForm } from "../../parts/form.ts";
import { enumOptions } from "../../parts/format.ts";
import { JsonTree } from "../../parts/json-tree.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { RequestSection } from "./attempts.tsx";

const PATH = "/subscriptions/:id/transformation";

const pathOf = (id: string): string => PATH.replace(":id", id);

/** The values of the form. */
interface Entered {
  /** Empty: the body of the preset, or the message. */
  expression: string;
  type: Schemas["TimelineEntryType"];
  /** Id of a timeline entry. Empty: a made-up one. */
  entryId: string;
}

const isEntryType = (text: string): text is Entered["type"] => ENTRY_TYPES.some((type) => type === text);

export function registerTransformation(pages: Console): void {
  pages.get(PATH, (c) => showEditor(c, null, null));

  // The form has two buttons: `operation` is "try" or "save".
  pages.post(PATH, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const type = form.text("type");
    const entered: Entered = {
      expression: form.text("expression"),
      type: isEntryType(type) ? type : "CREATED",
      entryId: form.text("entryId"),
    };
    if (form.text("operation") !== "save") return showEditor(c, entered, null);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/subscriptions/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { expression: entered.expression === "" ? null : entered.expression },
      }),
    );
    if (problem) return showEditor(c, entered, problem);
    return c.redirect(withFlash(pathOf(id), "saved"), 303);
  });
}

/** The expression that leaves the message as it is. */
const WHOLE_MESSAGE = "$";

/** @param entered null: the saved expression */
async function showEditor(c: Page, entered: Entered | null, problem: Problem | null) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const { type, entryId } = entered ?? { type: "CREATED" as const, entryId: "" };
  const message = entryId === "" ? { type } : { entryId };
  const run = (body: Schemas["SubscriptionDryRun"]) =>
    attempt(api.POST("/v1/subscriptions/{id}/dry-run", { params: { path: { id } }, body: { ...message, ...body } }));
  const [subscription, sample, trial] = await Promise.all([
    dataOf(api.GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
    run({ preset: null, expression: WHOLE_MESSAGE }),
    run(entered === null ? {} : { expression: entered.expression === "" ? null : entered.expression }),
  ]);
  const mayChange = hasScope(c.get("caller"), "subscriptions:write", subscription.teamId);
  const shown = problem ?? trial.problem;
  return renderPage(
    c,
    { title: "Transformation", section: "/subscriptions" },
    <>
      <PageHead title="Transformation" up={{ path: `/subscriptions/${id}`, name: subscription.name }} />
      <ProblemMessage problem={withoutFields(problem, ["/expression"])} />
      <form method="post" action={pathOf(id)} class="mapping" data-mapping>
        <input type="hidden" name="etag" value={`"${subscription.version}"`} />
        <section id="sample" aria-label="Message">
          <h2>Message</h2>
          <Field name="Type">
            <Select name="type" value={type} options={enumOptions(ENTRY_TYPES)} />
          </Field>
          <Field name="Timeline entry" hint="Id of an entry. Empty: a made-up one">
            <input name="entryId" value={entryId} autocomplete="off" spellcheck={false} />
          </Field>
          {sample.data?.request ? (
            <JsonTree value={parseLenientJson(sample.data.request.body).value} />
          ) : (
            <ProblemMessage problem={sample.problem} />
          )}
        </section>
        <section aria-label="Expressions">
          <h2>
            Expression{" "}
            <a class="muted" href="https://docs.jsonata.org">
              JSONata
            </a>
          </h2>
          <p class="hint needs-script">Click a name in the message to insert its path.</p>
          <div id="field-expression">
            <Field
              name="Expression"
              hint="Makes the body. Empty: the body of the preset, or the message"
              error={errorAt(shown, "/expression") ?? trial.data?.error ?? undefined}
            >
              <textarea
                name="expression"
                rows={6}
                spellcheck={false}
                maxlength={4000}
                placeholder={'{ "text": data.alert.title }'}
                readonly={!mayChange}
                data-completes
              >
                {entered?.expression ?? subscription.expression ?? ""}
              </textarea>
            </Field>
          </div>
          <p class="buttons">
            {mayChange ? (
              <button name="operation" value="save">
                Save
              </button>
            ) : null}
            <button name="operation" value="try" class="quiet without-script">
              Try
            </button>
            <span id="unsaved" class="muted" role="status" hidden>
              Unsaved changes
            </span>
          </p>
        </section>
        <section id="trial" aria-label="Preview" aria-live="polite">
          <p class="muted hint">Nothing is sent.</p>
          {trial.data ? <Result result={trial.data} /> : null}
        </section>
      </form>
    </>,
    problem ? 400 : 200,
  );
}

const Result = ({ result: { request, skipped, error } }: { result: Schemas["SubscriptionDryRunResult"] }) =>
  request ? (
    <RequestSection request={request} />
  ) : (
    <Empty title={error === null ? "Nothing would be sent." : "The expression fails."}>
      <p>{error ?? skipped}</p>
    </Empty>
  );
