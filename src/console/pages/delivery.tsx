/** `/deliveries/:id`: a delivery with its decision, events, headers and original body. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { toBase64 } from "../../lib/bytes.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { DecisionBadge, SeverityBadge } from "../parts/badges.tsx";
import { Copyable, Fact, Facts, MAX_ROWS, MoreRows, PageHead, ProblemMessage } from "../parts/components.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Diff } from "../parts/diff.tsx";
import { DryRunEvents } from "../parts/dry-run-events.tsx";
import { withFlash } from "../parts/flash.tsx";
import { readForm } from "../parts/form.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { renderPage } from "../parts/layout.tsx";
import { ExactTime, Time } from "../parts/time.tsx";
import { DeliveryBody, MAX_SHOWN_BYTES } from "./delivery-body.tsx";
import { RejectionPanel, verificationOf } from "./delivery-rejection.tsx";
import { deliveryPath, DeliveryRows, DeliveryTitle, textOf } from "./delivery-rows.tsx";
import { schemeName } from "./verification-form.tsx";

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
    attempt(api.GET("/v1/deliveries/{id}/payload", { params: { path: { id } }, parseAs: "arrayBuffer" })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { replayOf: id, limit: 20 } } })),
    dataOf(api.GET("/v1/deliveries", { params: { query: { originalOf: id, limit: 1 } } })),
  ]);
  const bytes = shownBody(delivery, payload.data);
  const [original] = originals.data;
  const dryRun = bytes === null ? null : await runDry(c, delivery, bytes);
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
      <ProblemMessage problem={problem} />
      {delivery.remedy === null ? null : (
        <RejectionPanel delivery={delivery} remedy={delivery.remedy} mayChange={mayChange} />
      )}
      <ProviderSuggestion
        suggestion={delivery.suggestedProvider}
        integrationId={delivery.integrationId}
        mayChange={mayChange}
      />
      <DeliveryFacts delivery={delivery} />
      {delivery.status === "REJECTED" ? null : <EventOutcomes delivery={delivery} />}
      {original ? <Comparison original={original} replay={delivery} /> : null}
      <section>
        <h2>{mayReplay ? "Replay with current settings" : "Read with current settings"}</h2>
        {dryRun ? (
          <DryRunEvents result={dryRun} />
        ) : (
          <p class="muted">Not available: the integration is deleted, or the stored body is incomplete.</p>
        )}
        {!mayReplay ? null : dryRun?.decision.status === "REJECTED" ? (
          <p class="muted">A replay would be rejected again.</p>
        ) : (
          <ReplayForm delivery={delivery} list={list} />
        )}
      </section>
      {replays.data.length === 0 ? null : (
        <section>
          <h2>Replays</h2>
          <DeliveryRows deliveries={replays.data} list={list} />
        </section>
      )}
      <DeliveryBody delivery={delivery} bytes={bytes} />
      <section>
        <h2>Headers</h2>
        <table class="pairs">
          <tbody>
            {Object.entries(delivery.headers).map(([name, value]) => (
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
      <details class="raw">
        <summary>Raw decision</summary>
        <pre tabindex={0} aria-label="Raw decision">
          {JSON.stringify(delivery.decision, null, 2)}
        </pre>
      </details>
    </>,
    problem ? 409 : 200,
  );
}

/** The original body; null for none, or for one that is too large to show. */
const shownBody = ({ bodyBytes }: Delivery, payload: ArrayBuffer | null): Uint8Array<ArrayBuffer> | null =>
  payload === null || bodyBytes === null || bodyBytes > MAX_SHOWN_BYTES ? null : new Uint8Array(payload);

/** Normalizes the body with the current settings, without verification: the signature may have expired. */
async function runDry(c: Page, delivery: Delivery, body: Uint8Array): Promise<Schemas["DryRunResult"] | null> {
  const { integrationId, headers, decision, isBodyCut } = delivery;
  if (isBodyCut) return null;
  const { path } = (decision as { verification?: { path?: string } }).verification ?? {};
  const { data } = await attempt(
    c.get("api").POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id: integrationId } },
      body: { body: toBase64(body), bodyEncoding: "base64", headers, ...(path !== undefined && { path }) },
    }),
  );
  return data;
}

const DeliveryFacts: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const { isVerified, scheme, secret } = verificationOf(delivery);
  const { windowEndsAt } = delivery.decision as { windowEndsAt?: string };
  return (
    <Facts>
      <Fact name="Integration">
        <a href={`/integrations/${delivery.integrationId}`}>{delivery.integrationName ?? "deleted integration"}</a>
      </Fact>
      <Fact name="Received">
        <ExactTime at={delivery.receivedAt} /> (<Time at={delivery.receivedAt} />)
      </Fact>
      <Fact name="Response">HTTP {delivery.statusCode}</Fact>
      <Fact name="Verification">
        {isVerified ? "verified" : isVerified === false ? "failed" : "not checked"}
        {scheme ? ` (${schemeName(scheme)})` : ""}
        {secret === "previous" ? ", with the previous secret" : ""}
      </Fact>
      {delivery.reason === null || delivery.alerts.length === 0 ? null : (
        <Fact name="Decision">
          <DecisionReason text={delivery.reason} />
        </Fact>
      )}
      {delivery.idempotencyKey === null ? null : (
        <Fact name="Idempotency key">
          <code>{delivery.idempotencyKey}</code>
        </Fact>
      )}
      {delivery.duplicateOf === null ? null : (
        <Fact name="Duplicate of">
          <a href={`/deliveries/${delivery.duplicateOf}`}>first delivery</a>
          {windowEndsAt === undefined ? null : (
            <>
              ; repeats are duplicates until <ExactTime at={windowEndsAt} />
            </>
          )}
        </Fact>
      )}
      {delivery.replayOf === null ? null : (
        <Fact name="Replay of">
          <a href={`/deliveries/${delivery.replayOf}`}>original delivery</a>
        </Fact>
      )}
      <Fact name="Source IP">{delivery.sourceIp ?? "–"}</Fact>
      <Fact name="ID">
        <Copyable text={delivery.id} name="ID" />
      </Fact>
      {delivery.contentFingerprint === null ? null : (
        <Fact name="Content fingerprint">
          <code>{delivery.contentFingerprint}</code>
        </Fact>
      )}
    </Facts>
  );
};

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

const EventOutcomes: FC<{ delivery: Delivery }> = ({ delivery: { events, alerts } }) => {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return (
    <section>
      <h2>Result</h2>
      {events.length === 0 ? <p class="muted">No alert in this delivery.</p> : null}
      <ol class="rows outcomes">
        {events.slice(0, MAX_ROWS).map(({ alertId, action, outcome, detail }) => {
          const alert = alertId === null ? undefined : byId.get(alertId);
          return (
            <li>
              <span class={`badge outcome-${outcome}`}>{outcome}</span>
              <div class="what">
                {alertId === null ? (
                  <span class="title">{action ?? "unreadable"}</span>
                ) : (
                  <a class="title" href={`/alerts/${alertId}`} dir="auto">
                    {alert?.title ?? `alert ${alertId.slice(-6)}`}
                  </a>
                )}
                {detail === undefined ? null : (
                  <p class="meta">
                    <span dir="auto">{detail}</span>
                  </p>
                )}
              </div>
              {alert ? <SeverityBadge severity={alert.severity} /> : null}
            </li>
          );
        })}
      </ol>
      <MoreRows total={events.length} name="events" />
    </section>
  );
};

/** Compares the decision of a replay with that of the original delivery. */
const Comparison: FC<{ original: Delivery; replay: Delivery }> = ({ original, replay }) => (
  <section>
    <h2>Comparison with the original</h2>
    <Diff before={summary(original)} after={summary(replay)} beforeName="original" afterName="replay" />
  </section>
);

const summary = ({ status, statusCode, reason, events }: Delivery) => ({ status, statusCode, reason, events });
