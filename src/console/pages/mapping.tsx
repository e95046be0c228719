/** `/integrations/:id/mapping`: the mapping editor of a `custom` integration, with a dry run on stored deliveries. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { Diff } from "../parts/diff.tsx";
import { Empty, PageHead, ProblemMessage } from "../parts/components.tsx";
import { Field, Select } from "../parts/fields.tsx";
import { DryRunEvents } from "../parts/dry-run-events.tsx";
import { NOT_JSON, parsePaths, PathsField } from "./paths-field.tsx";
import { renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
import { exact } from "../parts/time.tsx";
import { type Form, readForm } from "../parts/form.ts";

type Mapping = Schemas["FieldMapping"];
type Delivery = Schemas["Delivery"];

/** The fields of a mapping with label and hint, in the order of the form. */
const FIELDS = [
  [
    "events",
    "Events",
    "The list of events in the body. Empty: the body is one event. The other expressions see one event each",
  ],
  ["action", "Action", "trigger, acknowledge or resolve. Empty: trigger"],
  ["alertKey", "Alert key", "Events with the same key belong to the same alert"],
  ["title", "Title", ""],
  ["severity", "Severity", "A severity of Tocsin or of your source"],
  ["description", "Description", ""],
  ["source", "Source", ""],
  ["url", "URL", ""],
  ["externalId", "External ID", ""],
  ["occurredAt", "Occurred at", "ISO 8601 or Unix time"],
  ["metadata", "Metadata", "An object"],
  ["fingerprint", "Fingerprint", "Deliveries with the same value are duplicates. Empty: their events"],
] as const satisfies readonly (readonly [keyof Schemas["ExpressionMapping"], string, string])[];

function readMapping(form: Form): Schemas["ExpressionMapping"] {
  const entries = FIELDS.map(([field]) => [field, form.text(field)] as const);
  return {
    language: "jsonata",
    title: "",
    ...Object.fromEntries(entries.filter(([, expression]) => expression !== "")),
  };
}

export function registerMapping(pages: Console): void {
  pages.get("/integrations/:id/mapping", (c) => showEditor(c, null, c.req.query("delivery"), null));

  // The form has two buttons: `operation` is "try" or "save".
  pages.post("/integrations/:id/mapping", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const paths = form.text("paths");
    const mapping = paths === "" ? readMapping(form) : parsePaths(paths);
    const delivery = form.text("delivery");
    if (mapping === null) return showEditor(c, null, delivery, NOT_JSON, paths);
    if (form.text("operation") !== "save") return showEditor(c, mapping, delivery, null);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/integrations/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { mapping },
      }),
    );
    if (problem) return showEditor(c, mapping, delivery, problem);
    const path = `/integrations/${id}/mapping${delivery ? `?delivery=${encodeURIComponent(delivery)}` : ""}`;
    return c.redirect(withFlash(path, "saved"), 303);
  });
}

/** @param invalid the text of a mapping in the language `paths` that is not JSON */
async function showEditor(
  c: Page,
  entered: Mapping | null,
  deliveryId: string | undefined,
  problem: Problem | null,
  invalid: string | null = null,
) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const sample = deliveryId || "latest";
  const [integration, deliveries, chosen, savedTrial, enteredTrial] = await Promise.all([
    dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { integrationId: id, limit: 30 } } })),
    deliveryId ? attempt(api.GET("/v1/deliveries/{id}", { params: { path: { id: deliveryId } } })) : null,
    runDry(c, id, sample, null),
    entered && runDry(c, id, sample, entered),
  ]);
  const past = deliveries.data.filter(hasBody);
  const delivery = deliveryId ? chosen?.data : past[0];
  // An older delivery than those listed.
  if (delivery && !past.some((one) => one.id === delivery.id)) past.unshift(delivery);
  const invalidTrial = invalid === null ? null : { result: null, problem };
  const trial = delivery ? (invalidTrial ?? enteredTrial ?? savedTrial) : null;
  const mapping = entered ?? integration.mapping ?? ({ language: "jsonata", title: "" } as const);
  const isPaths = invalid !== null || mapping.language === "paths";
  const mayChange = hasScope(c.get("caller"), "integrations:write", integration.teamId);
  return renderPage(
    c,
    { title: `Mapping of ${integration.name}`, section: "/integrations" },
    <>
      <PageHead title="Mapping" up={{ path: `/integrations/${id}`, name: integration.name }} />
      {isPaths ? null : <ProblemMessage problem={problem} />}
      <form method="post" class="editor" data-try="trial">
        <input type="hidden" name="etag" value={`"${integration.version}"`} />
        <div class="form">
          {invalid !== null || mapping.language === "paths" ? (
            <PathsField text={invalid ?? JSON.stringify(mapping, null, 2)} problem={problem} isReadOnly={!mayChange} />
          ) : (
            <ExpressionFields mapping={mapping} isReadOnly={!mayChange} />
          )}
        </div>
        <div>
          {delivery ? (
            <Field name="Delivery">
              <Select
                name="delivery"
                value={delivery.id}
                options={past.map((one) => [one.id, `${exact(one.receivedAt)}, ${one.status.toLowerCase()}`] as const)}
              />
            </Field>
          ) : (
            <Empty title="No delivery to try the mapping on.">
              <p>
                <a href={`/integrations/${id}/first-deliveries`}>Wait for the first delivery</a>
              </p>
            </Empty>
          )}
          <p class="buttons">
            {delivery ? (
              <button name="operation" value="try" class="quiet">
                Try
              </button>
            ) : null}
            {mayChange ? (
              <button name="operation" value="save">
                Save
              </button>
            ) : null}
          </p>
          <div id="trial" aria-live="polite">
            {trial ? <TrialResult saved={savedTrial} edited={trial} /> : null}
          </div>
        </div>
      </form>
      {delivery ? (
        <p>
          <a href={`/deliveries/${delivery.id}`}>Open the delivery</a> to replay it with the saved mapping.
        </p>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

const ExpressionFields: FC<{ mapping: Schemas["ExpressionMapping"]; isReadOnly: boolean }> = ({
  mapping,
  isReadOnly,
}) => (
  <>
    <p class="muted">
      Each field is a <a href="https://docs.jsonata.org">JSONata</a> expression over the body.
    </p>
    {FIELDS.map(([field, name, hint]) => (
      <Field name={name} {...(hint !== "" && { hint })}>
        <textarea name={field} rows={1} required={field === "title"} spellcheck={false} readonly={isReadOnly}>
          {mapping[field] ?? ""}
        </textarea>
      </Field>
    ))}
  </>
);

interface Trial {
  result: Schemas["DryRunResult"] | null;
  problem: Problem | null;
}

const hasBody = ({ isBodyCut, bodyBytes }: Delivery): boolean => !isBodyCut && (bodyBytes ?? 0) > 0;

/**
 * Tries a mapping on a stored delivery.
 * @param deliveryId `latest`: the last one with a body
 * @param mapping null: the saved one
 */
async function runDry(c: Page, id: string, deliveryId: string, mapping: Mapping | null): Promise<Trial> {
  const { data, problem } = await attempt(
    c.get("api").POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id } },
      body: { deliveryId, ...(mapping && { mapping }) },
    }),
  );
  return { result: data, problem };
}

const TrialResult: FC<{ saved: Trial | null; edited: Trial }> = ({ saved, edited }) =>
  edited.result ? (
    <>
      <h2>Result</h2>
      <DryRunEvents result={edited.result} />
      <h2>Comparison with the saved mapping</h2>
      <Diff before={eventsOf(saved)} after={eventsOf(edited)} beforeName="saved" afterName="edited" />
    </>
  ) : (
    <ProblemMessage problem={edited.problem} />
  );

/** The events, or the reason why there are none. */
function eventsOf(trial: Trial | null): unknown {
  const { events = [], decision } = trial?.result ?? {};
  return events.length > 0 ? events : (decision?.reason ?? null);
}
