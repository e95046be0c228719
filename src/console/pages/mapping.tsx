/** `/integrations/:id/mapping`: the mapping editor of a `custom` integration: a sample, the expressions, and what they make of it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { fromBase64 } from "../../lib/bytes.ts";
import { parseLenientJson } from "../../lib/json.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { Empty, PageHead, ProblemMessage } from "../parts/components.tsx";
import { Field, Select, withoutFields } from "../parts/fields.tsx";
import { withFlash } from "../parts/flash.tsx";
import { readForm } from "../parts/form.ts";
import { plural } from "../parts/format.ts";
import { JsonTree } from "../parts/json-tree.tsx";
import { renderPage } from "../parts/layout.tsx";
import { exact } from "../parts/time-zone.ts";
import { bodyText } from "./delivery-body.tsx";
import { type Mapping, MAPPING_POINTERS, MappingFields, readMapping } from "./mapping-form.tsx";
import { NOT_JSON, PathsField } from "./paths-field.tsx";
import { MappingPreview, type Trial } from "./mapping-preview.tsx";

/** Number of the last deliveries on which the mapping is tried. */
const LAST = 30;

/** Status codes of verified deliveries. The bodies of others may not be from the source. */
const VERIFIED_CODES = [200, 202, 400];

const pathOf = (id: string): string => `/integrations/${id}/mapping`;

export function registerMapping(pages: Console): void {
  pages.get("/integrations/:id/mapping", (c) => showEditor(c, null, c.req.query("delivery") ?? "", null));

  // The form has two buttons: `operation` is "try" or "save".
  pages.post("/integrations/:id/mapping", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const mapping = readMapping(form);
    const delivery = form.text("delivery");
    if (mapping === null) return showEditor(c, null, delivery, NOT_JSON, form.text("paths"));
    if (form.text("operation") !== "save") return showEditor(c, mapping, delivery, null);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/integrations/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { mapping },
      }),
    );
    if (problem) return showEditor(c, mapping, delivery, problem);
    const query = delivery === "" ? "" : `?delivery=${encodeURIComponent(delivery)}`;
    return c.redirect(withFlash(pathOf(id) + query, "saved"), 303);
  });

  pages.post("/integrations/:id/mapping/replay", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    await dataOf(
      c.get("api").POST("/v1/deliveries/replay", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { ids: form.all("id").slice(0, LAST), includeUnverified: false },
      }),
    );
    return c.redirect(withFlash(pathOf(id), "replayed-many"), 303);
  });
}

/**
 * @param entered the mapping of the form; null: the saved one
 * @param invalid the text of a mapping in the language `paths` that is not JSON
 */
async function showEditor(
  c: Page,
  entered: Mapping | null,
  chosenId: string,
  problem: Problem | null,
  invalid: string | null = null,
) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const sampleId = chosenId || "latest";
  // All at once: they take one round trip to Postgres.
  const [integration, previews, saved, edited] = await Promise.all([
    dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
    attempt(
      api.POST("/v1/deliveries/replay/preview", {
        body: {
          filter: { integrationId: id, status: ["ACCEPTED", "REJECTED"], statusCode: VERIFIED_CODES },
          limit: LAST,
          ...(entered && { mapping: entered }),
        },
      }),
    ),
    runDry(c, id, sampleId, null),
    entered && runDry(c, id, sampleId, entered),
  ]);
  const results = previews.data?.results ?? [];
  const sample = saved.result?.sample ? toSampleBody(saved.result.sample) : null;
  const mapping: Mapping = entered ?? integration.mapping ?? { language: "jsonata", title: "" };
  const caller = c.get("caller");
  const mayChange = hasScope(caller, "integrations:write", integration.teamId);
  const shown = problem ?? edited?.problem ?? null;
  const isSaved = entered === null && c.req.query("flash") === "saved";
  const replayable = results.filter(({ status, isReadable }) => status === "REJECTED" && isReadable);
  return renderPage(
    c,
    { title: `Mapping of ${integration.name}`, section: "/integrations" },
    <>
      <PageHead title="Mapping" up={{ path: `/integrations/${id}`, name: integration.name }} />
      <ProblemMessage problem={withoutFields(problem, invalid === null ? MAPPING_POINTERS : ["/mapping"])} />
      {isSaved && replayable.length > 0 && hasScope(caller, "deliveries:replay", integration.teamId) ? (
        <ReplayFailed path={pathOf(id)} results={replayable} />
      ) : null}
      <form method="post" action={pathOf(id)} class="mapping" data-mapping>
        <input type="hidden" name="etag" value={`"${integration.version}"`} />
        <section id="sample" aria-label="Sample">
          <h2>Sample</h2>
          <Sample sample={sample} problem={saved.problem} results={results} path={pathOf(id)} integrationId={id} />
        </section>
        <section aria-label="Expressions">
          {invalid === null && mapping.language === "jsonata" ? (
            <>
              <h2>
                Expressions{" "}
                <a class="muted" href="https://docs.jsonata.org">
                  JSONata
                </a>
              </h2>
              <p class="hint needs-script">Click a name in the sample to insert its path.</p>
              <MappingFields mapping={mapping} problem={shown} isReadOnly={!mayChange} />
            </>
          ) : (
            <PathsField text={invalid ?? JSON.stringify(mapping, null, 2)} problem={shown} isReadOnly={!mayChange} />
          )}
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
          {sample === null ? null : (
            <MappingPreview
              path={pathOf(id)}
              integrationId={id}
              mayChange={mayChange}
              saved={saved}
              edited={edited}
              previews={previews.data}
            />
          )}
        </section>
      </form>
    </>,
    problem ? 400 : 200,
  );
}

/** Replays the rejected deliveries that the saved mapping reads. */
const ReplayFailed: FC<{ path: string; results: Schemas["ReplayPreviews"]["results"] }> = ({ path, results }) => (
  <form method="post" action={`${path}/replay`} class="offer">
    <input type="hidden" name="key" value={crypto.randomUUID()} />
    {results.map(({ deliveryId }) => (
      <input type="hidden" name="id" value={deliveryId} />
    ))}
    <p>The saved mapping can read {plural(results.length, "rejected delivery", "rejected deliveries")}.</p>
    <button>Replay {plural(results.length, "rejected delivery", "rejected deliveries")}</button>
  </form>
);

interface SampleBody {
  id: string;
  text: string | null;
}

function toSampleBody({ deliveryId, body, headers }: Schemas["DryRunSample"]): SampleBody {
  const contentType = headers["content-type"] ?? null;
  return { id: deliveryId, text: bodyText({ contentType, headers }, fromBase64(body) ?? new Uint8Array()) };
}

/** @param problem why there is no sample */
const Sample: FC<{
  sample: SampleBody | null;
  problem: Problem | null;
  results: Schemas["ReplayPreviews"]["results"];
  path: string;
  integrationId: string;
}> = ({ sample, problem, results, path, integrationId }) =>
  sample !== null ? (
    <>
      <Field name="Delivery">
        <Select name="delivery" value={sample.id} options={sampleOptions(sample.id, results)} />
      </Field>
      <Body text={sample.text} />
    </>
  ) : problem !== null && problem.status !== 404 ? (
    <>
      <ProblemMessage problem={problem} />
      <p>
        <a href={path}>Use the last delivery</a>
      </p>
    </>
  ) : (
    <Empty title="No delivery to map.">
      <p class="muted">Send one from the source. Until the mapping can read it, it is rejected and kept.</p>
      <p>
        <a href={`/integrations/${integrationId}/first-deliveries`}>Wait for the first delivery</a>
      </p>
      <p>
        <a href={path}>Check again</a>
      </p>
    </Empty>
  );

/** The last deliveries, and the sample if it is older. */
const sampleOptions = (id: string, results: Schemas["ReplayPreviews"]["results"]): (readonly [string, string])[] => [
  ...(results.some(({ deliveryId }) => deliveryId === id) ? [] : [[id, "This delivery"] as const]),
  ...results.map(
    ({ deliveryId, receivedAt, isReadable }) =>
      [deliveryId, `${exact(receivedAt)}, ${isReadable ? "read" : "not read"}`] as const,
  ),
];

const Body: FC<{ text: string | null }> = ({ text }) => {
  if (text === null) return <p class="muted">The body is not text.</p>;
  const value = jsonOf(text);
  return value === undefined ? (
    <pre tabindex={0} aria-label="Body">
      {text}
    </pre>
  ) : (
    <JsonTree value={value} />
  );
};

function jsonOf(text: string): unknown {
  try {
    return parseLenientJson(text).value;
  } catch {
    return undefined;
  }
}

/**
 * Tries a mapping on a stored delivery.
 * @param deliveryId `latest`: the last verified one
 * @param mapping null: the saved one, whose result has the delivery
 */
async function runDry(c: Page, id: string, deliveryId: string, mapping: Mapping | null): Promise<Trial> {
  const { data, problem } = await attempt(
    c.get("api").POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id } },
      body: { deliveryId, ...(mapping ? { mapping } : { includeSample: true }) },
    }),
  );
  return { result: data, problem };
}
