/** `/deliveries/:id`: a delivery with its decision, events, headers and original body. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { toBase64 } from "../../lib/bytes.ts";
import { readText } from "../../lib/charset.ts";
import { inflate } from "../../lib/content-encoding.ts";
import { attempt, dataOf, integrationNames } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { Diff } from "../parts/diff.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { DryRunEvents } from "../parts/dry-run-events.tsx";
import { Copyable, Fact, Facts, MAX_ROWS, MoreRows, PageHead } from "../parts/components.tsx";
import { formatBytes } from "../parts/format.ts";
import { indentJson } from "../parts/indent-json.ts";
import { renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
import { exact, ExactTime, Time } from "../parts/time.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";
import { readForm } from "../parts/form.ts";

type Delivery = Schemas["Delivery"];

/** The page shows bodies up to this size. Larger ones can be downloaded. */
const MAX_SHOWN_BYTES = 256 * 1024;

export function registerDelivery(pages: Console): void {
  pages.get("/deliveries/:id", async (c) => {
    const api = c.get("api");
    const { id } = c.req.param();
    const [delivery, payload, names, replays, originals] = await Promise.all([
      dataOf(api.GET("/v1/deliveries/{id}", { params: { path: { id } } })),
      attempt(api.GET("/v1/deliveries/{id}/payload", { params: { path: { id } }, parseAs: "arrayBuffer" })),
      integrationNames(c),
      dataOf(api.GET("/v1/deliveries", { params: { query: { replayOf: id, limit: 20 } } })),
      dataOf(api.GET("/v1/deliveries", { params: { query: { originalOf: id, limit: 1 } } })),
    ]);
    const body = shownBody(delivery, payload.data);
    const original = originals.data[0];
    const dryRun = body === null ? null : await runDry(c, delivery, body);
    const mayReplay =
      hasScope(c.get("caller"), "deliveries:replay", delivery.teamId) && names.has(delivery.integrationId);
    return renderPage(
      c,
      { title: `Delivery ${id.slice(-6)}`, section: "/deliveries" },
      <>
        <PageHead
          title={<DecisionReason text={delivery.reason ?? "delivery"} />}
          up={{ path: "/deliveries", name: "Deliveries" }}
        >
          <DecisionBadge decision={delivery.status} />
        </PageHead>
        <DeliveryFacts delivery={delivery} name={names.get(delivery.integrationId)} />
        {mayReplay ? <ReplayForm delivery={delivery} /> : null}
        <section>
          <h2>Result</h2>
          <EventOutcomes delivery={delivery} />
        </section>
        {original ? <Comparison original={original} replay={delivery} /> : null}
        {replays.data.length === 0 ? null : (
          <section>
            <h2>Replays</h2>
            <DeliveryRows deliveries={replays.data} names={names} />
          </section>
        )}
        <section>
          <h2>Normalized with current settings</h2>
          {dryRun ? (
            <DryRunEvents result={dryRun} />
          ) : (
            <p class="muted">Not available: the integration is deleted, or the stored body is incomplete.</p>
          )}
        </section>
        <Body delivery={delivery} body={body} />
        <section>
          <h2>Headers</h2>
          <Facts>
            {Object.entries(delivery.headers).map(([name, value]) => (
              <Fact name={name}>
                <code>{value}</code>
              </Fact>
            ))}
          </Facts>
        </section>
        <section>
          <h2>Raw decision</h2>
          <pre tabindex={0} aria-label="Raw decision">
            {JSON.stringify(delivery.decision, null, 2)}
          </pre>
        </section>
      </>,
    );
  });

  pages.post("/deliveries/:id/replay", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const { deliveryId } = await dataOf(
      c.get("api").POST("/v1/deliveries/{id}/replay", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { includeUnverified: form.text("includeUnverified") === "yes" },
      }),
    );
    // The replay reaches Postgres asynchronously. Show the original until it is there.
    const isStored = (await c.get("api").GET("/v1/deliveries/{id}", { params: { path: { id: deliveryId } } })).response
      .ok;
    return c.redirect(withFlash(`/deliveries/${isStored ? deliveryId : id}`, "replayed"), 303);
  });
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

const DeliveryFacts: FC<{ delivery: Delivery; name: string | undefined }> = ({ delivery, name }) => {
  const { verification = {}, windowEndsAt } = delivery.decision as {
    verification?: { scheme?: string; isVerified?: boolean; secret?: string; reason?: string };
    windowEndsAt?: string;
  };
  return (
    <Facts>
      <Fact name="Integration">
        <a href={`/integrations/${delivery.integrationId}`}>{name ?? "deleted integration"}</a>
      </Fact>
      <Fact name="Received">
        <ExactTime at={delivery.receivedAt} /> (<Time at={delivery.receivedAt} />)
      </Fact>
      <Fact name="Response">{delivery.statusCode}</Fact>
      <Fact name="Verification">
        {verification.isVerified ? "verified" : `not verified${verification.reason ? `: ${verification.reason}` : ""}`}
        {verification.scheme ? ` (${verification.scheme})` : ""}
        {verification.secret === "previous" ? ", with the previous secret" : ""}
      </Fact>
      {delivery.idempotencyKey === null ? null : (
        <Fact name="Idempotency key">
          <code>{delivery.idempotencyKey}</code>
        </Fact>
      )}
      {delivery.contentFingerprint === null ? null : (
        <Fact name="Content fingerprint">
          <code>{delivery.contentFingerprint}</code>
        </Fact>
      )}
      {delivery.duplicateOf === null ? null : (
        <Fact name="Duplicate of">
          <a href={`/deliveries/${delivery.duplicateOf}`}>first delivery</a>
          {windowEndsAt === undefined ? "" : `; deduplication window ends ${exact(windowEndsAt)}`}
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
    </Facts>
  );
};

const ReplayForm: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const { isVerified } = (delivery.decision as { verification?: { isVerified?: boolean } }).verification ?? {};
  return (
    <form method="post" action={`/deliveries/${delivery.id}/replay`} class="actions">
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      {isVerified ? null : (
        <label>
          <input type="checkbox" name="includeUnverified" value="yes" required /> replay although the sender is
          unverified
        </label>
      )}
      <button>Replay</button>
      <span class="hint">Creates a new delivery with the current settings of the integration.</span>
    </form>
  );
};

const EventOutcomes: FC<{ delivery: Delivery }> = ({ delivery }) =>
  delivery.events.length === 0 ? (
    <p class="muted">
      {delivery.status === "REJECTED" ? "None. The delivery was rejected." : "No alert in this delivery."}
    </p>
  ) : (
    <>
      <ol class="outcomes">
        {delivery.events.slice(0, MAX_ROWS).map(({ alertId, action, outcome, detail }) => (
          <li>
            <strong>{outcome}</strong> {action === null ? "" : `(${action})`}{" "}
            {alertId === null ? null : <a href={`/alerts/${alertId}`}>alert {alertId.slice(-6)}</a>}{" "}
            {detail === undefined ? null : (
              <span class="muted" dir="auto">
                {detail}
              </span>
            )}
          </li>
        ))}
      </ol>
      <MoreRows total={delivery.events.length} name="events" />
    </>
  );

/** Compares the decision of a replay with that of the original delivery. */
const Comparison: FC<{ original: Delivery; replay: Delivery }> = ({ original, replay }) => (
  <section>
    <h2>Comparison with the original</h2>
    <Diff before={summary(original)} after={summary(replay)} beforeName="original" afterName="replay" />
  </section>
);

const summary = ({ status, statusCode, reason, events }: Delivery) => ({ status, statusCode, reason, events });

const Body: FC<{ delivery: Delivery; body: Uint8Array<ArrayBuffer> | null }> = ({ delivery, body }) => {
  const text = body && textOf(delivery, body);
  const indented = text && indentJson(text);
  return (
    <section>
      <h2>Body</h2>
      <p class="muted">
        {delivery.bodyBytes === null ? "none" : formatBytes(delivery.bodyBytes)}
        {delivery.contentType === null ? "" : `, ${delivery.contentType}`}
        {delivery.isBodyCut ? ", truncated" : ""}
        {delivery.bodyBytes ? (
          <>
            {" · "}
            <a href={`/v1/deliveries/${delivery.id}/payload`} download>
              Download original
            </a>
          </>
        ) : null}
      </p>
      {text ? (
        <>
          {indented ? (
            <>
              <pre tabindex={0} aria-label="Indented body" dir="auto">
                {indented}
              </pre>
              <details>
                <summary>Original bytes</summary>
                <Copyable text={text} name="original body" isBlock />
              </details>
            </>
          ) : (
            <Copyable text={text} name="original body" isBlock />
          )}
        </>
      ) : (
        <p class="muted">
          {body && body.length > 0
            ? "The body is not text."
            : delivery.bodyBytes
              ? "The body is too large to show."
              : ""}
        </p>
      )}
    </section>
  );
};

/** The body as text, in its charset and without its Content-Encoding; null: it is no text. */
function textOf({ contentType, headers }: Delivery, bytes: Uint8Array<ArrayBuffer>): string | null {
  const encoding = (headers as Record<string, string>)["content-encoding"] ?? null;
  const content = inflate(bytes, encoding, MAX_SHOWN_BYTES);
  if (typeof content === "string") return null;
  const text = readText(content, contentType);
  return text.includes("\0") ? null : text;
}
