/** `/integrations/:id/mapping`: how a `custom` integration is read, tried on what really arrived before it is saved. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Console, may, type Page } from "../console.ts";
import { Diff } from "../parts/diff.tsx";
import { Empty, Field, Head, RejectionClass, Select } from "../parts/pieces.tsx";
import { Reading } from "../parts/reading.tsx";
import { show, withNotice } from "../parts/shell.tsx";
import { exact } from "../parts/time.tsx";
import { type Form, readForm } from "../parts/form.ts";

type Mapping = NonNullable<Schemas["Mapping"]>;
type Delivery = Schemas["Delivery"];

/** The fields of a mapping with what each is for; the order is that in which people think. */
const FIELDS = [
  ["events", "The events of a body", "Empty: the body is one event. Expressions below look at one event each"],
  ["action", "Action", "trigger, acknowledge or resolve; empty: trigger"],
  ["alertKey", "Alert key", "What ties the events of one alert together"],
  ["title", "Title", ""],
  ["severity", "Severity", "In the words of your source, or ours"],
  ["description", "Description", ""],
  ["source", "Source", ""],
  ["url", "Link", ""],
  ["externalId", "Id at the source", ""],
  ["occurredAt", "Occurred at", "ISO 8601 or Unix time"],
  ["metadata", "Metadata", "An object"],
  ["fingerprint", "Fingerprint", "What makes two deliveries the same; empty: their events"],
] as const satisfies readonly (readonly [keyof Mapping, string, string])[];

function readMapping(form: Form): Mapping {
  const entries = FIELDS.map(([field]) => [field, form.text(field)] as const);
  return { title: "", ...Object.fromEntries(entries.filter(([, expression]) => expression !== "")) };
}

export function registerMapping(pages: Console): void {
  pages.get("/integrations/:id/mapping", (c) => showEditor(c, null, c.req.query("delivery"), null));

  // The button of a form decides: to look, or to save.
  pages.post("/integrations/:id/mapping", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const mapping = readMapping(form);
    const delivery = form.text("delivery");
    if (form.text("act") !== "save") return showEditor(c, mapping, delivery, null);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/integrations/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { mapping },
      }),
    );
    if (problem) return showEditor(c, mapping, delivery, problem);
    const path = `/integrations/${id}/mapping${delivery ? `?delivery=${encodeURIComponent(delivery)}` : ""}`;
    return c.redirect(withNotice(path, "saved"), 303);
  });
}

async function showEditor(c: Page, entered: Mapping | null, wanted: string | undefined, problem: Problem | null) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const [integration, deliveries] = await Promise.all([
    dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { integrationId: id, limit: 30 } } })),
  ]);
  const past = deliveries.data.filter(({ isBodyCut, bodyBytes }) => !isBodyCut && (bodyBytes ?? 0) > 0);
  const delivery = past.find((one) => one.id === wanted) ?? past[0];
  const saved = integration.mapping ?? { title: "" };
  const mapping = entered ?? saved;
  const [now, edited] = delivery
    ? await Promise.all([tryOn(c, delivery, saved), tryOn(c, delivery, mapping)])
    : [null, null];
  const mayChange = may(c.get("caller"), "integrations:write", integration.teamId);
  return show(
    c,
    { title: `Mapping of ${integration.name}`, place: "/integrations" },
    <>
      <Head title="Mapping" up={{ path: `/integrations/${id}`, name: integration.name }} />
      <RejectionClass problem={problem} />
      <form method="post" class="editor" data-try="tried">
        <input type="hidden" name="etag" value={`"${integration.version}"`} />
        <div class="form">
          <p class="muted">
            Each field is a <a href="https://docs.jsonata.org">JSONata</a> expression over the body.
          </p>
          {FIELDS.map(([field, name, hint]) => (
            <Field name={name} {...(hint !== "" && { hint })}>
              <textarea name={field} rows={1} required={field === "title"} spellcheck={false} readonly={!mayChange}>
                {mapping[field] ?? ""}
              </textarea>
            </Field>
          ))}
        </div>
        <div>
          {delivery ? (
            <Field name="Tried on">
              <Select
                name="delivery"
                value={delivery.id}
                options={past.map((one) => [one.id, `${exact(one.receivedAt)}, ${one.status.toLowerCase()}`] as const)}
              />
            </Field>
          ) : (
            <Empty title="Nothing arrived yet to try it on.">
              <p>
                <a href={`/integrations/${id}/first`}>Wait for the first delivery</a>
              </p>
            </Empty>
          )}
          <p class="buttons">
            {delivery ? (
              <button name="act" value="try" class="quiet">
                Try
              </button>
            ) : null}
            {mayChange ? (
              <button name="act" value="save">
                Save
              </button>
            ) : null}
          </p>
          <div id="tried" aria-live="polite">
            {edited ? <Tried now={now} edited={edited} /> : null}
          </div>
        </div>
      </form>
      {delivery ? (
        <p>
          <a href={`/deliveries/${delivery.id}`}>The delivery</a>, where it can be replayed once the mapping is saved.
        </p>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

interface Trial {
  reading: Schemas["DryRunResult"] | null;
  problem: Problem | null;
}

async function tryOn(c: Page, { id, integrationId, headers }: Delivery, mapping: Mapping): Promise<Trial> {
  const api = c.get("api");
  const body = await dataOf(api.GET("/v1/deliveries/{id}/payload", { params: { path: { id } }, parseAs: "text" }));
  const { data, problem } = await attempt(
    api.POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id: integrationId } },
      body: { body, headers, mapping },
    }),
  );
  return { reading: data, problem };
}

const Tried: FC<{ now: Trial | null; edited: Trial }> = ({ now, edited }) =>
  edited.reading ? (
    <>
      <h2>It would be read as</h2>
      <Reading reading={edited.reading} />
      <h2>Against what is saved</h2>
      <Diff before={eventsOf(now)} after={eventsOf(edited)} beforeName="as saved" afterName="as it stands here" />
    </>
  ) : (
    <RejectionClass problem={edited.problem} />
  );

/** The events, or why there are none. */
function eventsOf(trial: Trial | null): unknown {
  const { events = [], decision } = trial?.reading ?? {};
  return events.length > 0 ? events : (decision?.reason ?? null);
}
