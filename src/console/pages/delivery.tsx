/** `/deliveries/:id`: what a delivery was about, what was checked, what became of it, and its original. */
import type { FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { toBase64 } from "../../lib/bytes.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { PageHead, ProblemMessage } from "../parts/components.tsx";
import { Diff } from "../parts/diff.tsx";
import { DryRunEvents } from "../parts/dry-run-events.tsx";
import { withFlash } from "../parts/flash.tsx";
import { readForm } from "../parts/form.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { renderPage } from "../parts/layout.tsx";
import { About, Identifiers, EventOutcomes } from "./delivery-about.tsx";
import { DeliveryBody, MAX_SHOWN_BYTES } from "./delivery-body.tsx";
import { Checks, verificationOf, WhatToDo } from "./delivery-checks.tsx";
import { deliveryPath, DeliveryRows, DeliveryTitle, textOf } from "./delivery-rows.tsx";

type Delivery = Schemas["Delivery"];

export function registerDelivery(pages: Console): void {
  pages.get("/deliveries/:id", (c) => showDelivery(c, c.req.query("list") ?? "", null));

  pages.post("/deliveries/:id/replay", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const list = form.text("list");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/deliveries/{id}/replay", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { includeUnverified: form.text("includeUnverified") === "yes" },
      }),
    );
    if (problem) return showDelivery(c, list, problem);
    const { deliveryId } = data;
    // The replay reaches Postgres asynchronously. Show the original until it is there.
    const isStored = (await c.get("api").GET("/v1/deliveries/{id}", { params: { path: { id: deliveryId } } })).response
      .ok;
    return c.redirect(withFlash(deliveryPath(isStored ? deliveryId : id, list), "replayed"), 303);
  });
}

async function showDelivery(c: Page, list: string, problem: Problem | null) {
  const api = c.get("api");
  const id = c.req.param("id") ?? "";
  const [delivery, payload, replays, originals] = await Promise.all([
    dataOf(api.GET("/v1/deliveries/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/deliveries/{id}/payload", { params: { path: { id } }, parseAs: "arrayBuffer" })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { replayOf: id, limit: 20 } } })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { originalOf: id, limit: 1 } } })),
  ]);
  const bytes = payload.byteLength > MAX_SHOWN_BYTES ? null : new Uint8Array(payload);
  const [original] = originals.data;
  const { result, obstacle } = await runDry(c, delivery, bytes);
  const caller = c.get("caller");
  const mayChange = hasScope(caller, "integrations:write", delivery.teamId);
  const mayReplay =
    hasScope(caller, "deliveries:replay", delivery.teamId) && delivery.integrationName !== null && !delivery.isBodyCut;
  return renderPage(
    c,
    { title: textOf(delivery).slice(0, 100), section: "/deliveries" },
    <>
      <PageHead
        title={<DeliveryTitle delivery={delivery} />}
        up={{ path: `/deliveries${list === "" ? "" : `?${list}`}`, name: "Deliveries" }}
      >
        <DecisionBadge decision={delivery.status} />
      </PageHead>
      <About delivery={delivery} original={original ?? null} list={list} />
      <Checks delivery={delivery} />
      {delivery.remedy === null ? null : (
        <WhatToDo delivery={delivery} remedy={delivery.remedy} mayChange={mayChange} />
      )}
      <ProviderSuggestion
        suggestion={delivery.suggestedProvider}
        integrationId={delivery.integrationId}
        mayChange={mayChange}
      />
      {delivery.status === "REJECTED" ? null : <EventOutcomes delivery={delivery} />}
      <DeliveryBody delivery={delivery} bytes={bytes} />
      <Headers headers={delivery.headers} />
      {original ? <Comparison original={original} replay={delivery} /> : null}
      <section>
        <h2>{mayReplay ? "Replay with current settings" : "Read with current settings"}</h2>
        {result === null ? <p class="muted">Not available. {obstacle}</p> : <DryRunEvents result={result} />}
        {!mayReplay ? null : result?.decision.status === "REJECTED" ? (
          <p class="muted">A replay would be rejected again.</p>
        ) : (
          <ReplayForm delivery={delivery} list={list} />
        )}
        <ProblemMessage problem={problem} hasFocus />
      </section>
      {replays.data.length === 0 ? null : (
        <section>
          <h2>Replays</h2>
          <DeliveryRows deliveries={replays.data} list={list} />
        </section>
      )}
      <Identifiers delivery={delivery} />
      <details class="raw">
        <summary>Raw decision</summary>
        <pre tabindex={0} aria-label="Raw decision">
          {JSON.stringify(delivery.decision, null, 2)}
        </pre>
      </details>
    </>,
    (problem?.status ?? 200) as ContentfulStatusCode,
  );
}

/** The result of a dry run, or a sentence that says why there is none. */
type DryRun = { result: Schemas["DryRunResult"]; obstacle: null } | { result: null; obstacle: string };

const without = (obstacle: string): DryRun => ({ result: null, obstacle });

/** Normalizes the body with the current settings, without verification: the signature may have expired. */
async function runDry(
  c: Page,
  { integrationId, integrationName, headers, decision, bodyBytes, isBodyCut }: Delivery,
  body: Uint8Array | null,
): Promise<DryRun> {
  if (integrationName === null) return without("The integration is deleted.");
  if (isBodyCut) return without("The body is not stored in full.");
  if (body === null) return without("The body is too large for this page.");
  if (body.length === 0 && bodyBytes !== 0) return without("The body is not stored.");
  const { path } = (decision as { verification?: { path?: string } }).verification ?? {};
  const { data, problem } = await attempt(
    c.get("api").POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id: integrationId } },
      body: { body: toBase64(body), bodyEncoding: "base64", headers, ...(path !== undefined && { path }) },
    }),
  );
  return problem ? without(problem.detail) : { result: data, obstacle: null };
}

const Headers: FC<{ headers: Delivery["headers"] }> = ({ headers }) => (
  <section>
    <h2>
      Headers <span class="muted">credentials and signatures are shown as [redacted]</span>
    </h2>
    <table class="pairs">
      <tbody>
        {Object.entries(headers).map(([name, value]) => (
          <tr>
            <th scope="row">{name}</th>
            <td>
              <code>{value}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const ReplayForm: FC<{ delivery: Delivery; list: string }> = ({ delivery, list }) => (
  <form method="post" action={`/deliveries/${delivery.id}/replay`} class="actions">
    <input type="hidden" name="key" value={crypto.randomUUID()} />
    <input type="hidden" name="list" value={list} />
    {verificationOf(delivery).isVerified ? null : (
      <label>
        <input type="checkbox" name="includeUnverified" value="yes" required /> replay although the sender is unverified
      </label>
    )}
    <button>Replay</button>
    <span class="hint">Creates a new delivery with the result above.</span>
  </form>
);

/** Compares the decision of a replay with that of the original delivery. */
const Comparison: FC<{ original: Delivery; replay: Delivery }> = ({ original, replay }) => (
  <section>
    <h2>Comparison with the original</h2>
    <Diff before={summary(original)} after={summary(replay)} beforeName="original" afterName="replay" />
  </section>
);

const summary = ({ status, statusCode, reason, events }: Delivery) => ({ status, statusCode, reason, events });
