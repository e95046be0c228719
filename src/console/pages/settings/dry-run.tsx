/** `/settings/subscriptions/:id/dry-run`: the request of a message, without sending it; also for an expression that is not saved. */
import { ENTRY_TYPES } from "../../../alerts/model.ts";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf } from "../../api.ts";
import type { Console, Page } from "../../context.ts";
import { Empty, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { Field, Select } from "../../parts/fields.tsx";
import { enumOptions } from "../../parts/format.ts";
import { readForm } from "../../parts/form.ts";
import { renderPage } from "../../parts/layout.tsx";
import { RequestSection } from "./attempts.tsx";

const PATH = "/settings/subscriptions/:id/dry-run";

/** The values of the form. */
interface Tried {
  /** Empty: the saved one. */
  expression: string;
  type: Schemas["TimelineEntryType"];
  /** Empty: a made-up entry. */
  entryId: string;
}

const isEntryType = (text: string): text is Tried["type"] => ENTRY_TYPES.some((type) => type === text);

export function registerDryRun(pages: Console): void {
  pages.get(PATH, (c) => showDryRun(c, { expression: "", type: "CREATED", entryId: "" }));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const type = form.text("type");
    return showDryRun(c, {
      expression: form.text("expression"),
      type: isEntryType(type) ? type : "CREATED",
      entryId: form.text("entryId"),
    });
  });
}

async function showDryRun(c: Page, tried: Tried) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const { expression, type, entryId } = tried;
  const [{ name, expression: saved }, { data, problem }] = await Promise.all([
    dataOf(api.GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
    attempt(
      api.POST("/v1/subscriptions/{id}/dry-run", {
        params: { path: { id } },
        body: { ...(entryId === "" ? { type } : { entryId }), ...(expression !== "" && { expression }) },
      }),
    ),
  ]);
  return renderPage(
    c,
    { title: "Dry run", section: "/settings" },
    <>
      <PageHead title="Dry run" up={{ path: `/settings/subscriptions/${id}`, name }} />
      <p class="muted">Nothing is sent.</p>
      <ProblemMessage problem={problem} />
      {data && <Result result={data} />}
      <form method="post" action={PATH.replace(":id", id)} class="form">
        <Field name="Type">
          <Select name="type" value={type} options={enumOptions(ENTRY_TYPES)} />
        </Field>
        <Field name="Timeline entry" hint="Id of an entry. Empty: a made-up one">
          <input name="entryId" value={entryId} autocomplete="off" spellcheck={false} />
        </Field>
        <Field name="Expression" hint="Empty: the saved expression">
          <textarea name="expression" rows={4} spellcheck={false} maxlength={4000}>
            {expression === "" ? (saved ?? "") : expression}
          </textarea>
        </Field>
        <button>Run</button>
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
