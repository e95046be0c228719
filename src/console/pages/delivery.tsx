/** `/deliveries/:id`: what came, byte for byte, what became of it, and why. */
import type { FC } from "hono/jsx";
import { applyEdits, format } from "jsonc-parser";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, integrationNames } from "../api.ts";
import { type Console, may, type Page } from "../console.ts";
import { OutcomeBadge } from "../parts/badges.tsx";
import { Diff } from "../parts/diff.tsx";
import { Reason } from "../parts/reason.tsx";
import { Reading } from "../parts/reading.tsx";
import { Copyable, Fact, Facts, Head, size } from "../parts/pieces.tsx";
import { show, withNotice } from "../parts/shell.tsx";
import { exact, Exact, Time } from "../parts/time.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";
import { readForm } from "../parts/form.ts";

type Delivery = Schemas["Delivery"];

/** More than this of a body is not put into the page: it can be saved as it is. */
const SHOWN_BYTES = 256 * 1024;

export function registerDelivery(pages: Console): void {
  pages.get("/deliveries/:id", async (c) => {
    const api = c.get("api");
    const { id } = c.req.param();
    const delivery = await dataOf(api.GET("/v1/deliveries/{id}", { params: { path: { id } } }));
    const [body, names, replays, original] = await Promise.all([
      bodyOf(c, delivery),
      integrationNames(c),
      dataOf(api.GET("/v1/deliveries", { params: { query: { replayOf: id, limit: 20 } } })),
      delivery.replayOf === null
        ? null
        : attempt(api.GET("/v1/deliveries/{id}", { params: { path: { id: delivery.replayOf } } })),
    ]);
    const readNow = body === null ? null : await readAgain(c, delivery, body);
    const mayReplay = may(c.get("caller"), "deliveries:replay", delivery.teamId) && names.has(delivery.integrationId);
    return show(
      c,
      { title: `Delivery ${id.slice(-6)}`, place: "/deliveries" },
      <>
        <Head title={<Reason text={delivery.reason ?? "delivery"} />} up={{ path: "/deliveries", name: "Deliveries" }}>
          <OutcomeBadge outcome={delivery.status} />
        </Head>
        <DeliveryFacts delivery={delivery} name={names.get(delivery.integrationId)} />
        {mayReplay ? <ReplayForm delivery={delivery} /> : null}
        <section>
          <h2>What it did</h2>
          <Outcomes delivery={delivery} />
        </section>
        {original?.data ? <Comparison original={original.data} replay={delivery} /> : null}
        {replays.data.length === 0 ? null : (
          <section>
            <h2>Replays</h2>
            <DeliveryRows deliveries={replays.data} names={names} />
          </section>
        )}
        <section>
          <h2>As its integration reads it now</h2>
          {readNow ? (
            <Reading reading={readNow} />
          ) : (
            <p class="muted">It cannot be read: the integration is deleted, or the body was not kept whole.</p>
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
          <h2>The decision, whole</h2>
          <pre tabindex={0} aria-label="The decision">
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
    // Postgres has it in a moment: until then the original is what can be shown.
    const isThere = (await c.get("api").GET("/v1/deliveries/{id}", { params: { path: { id: deliveryId } } })).response
      .ok;
    return c.redirect(withNotice(`/deliveries/${isThere ? deliveryId : id}`, "replayed"), 303);
  });
}

/** The bytes as they came; null: there are none, or more than are shown. */
async function bodyOf(c: Page, { id, bodyBytes }: Delivery): Promise<Uint8Array | null> {
  if (bodyBytes === null || bodyBytes > SHOWN_BYTES) return null;
  const bytes = await dataOf(
    c.get("api").GET("/v1/deliveries/{id}/payload", { params: { path: { id } }, parseAs: "arrayBuffer" }),
  );
  return new Uint8Array(bytes);
}

/** How its integration would read it now. The signature is not asked about again: it was for then. */
async function readAgain(c: Page, delivery: Delivery, body: Uint8Array): Promise<Schemas["DryRunResult"] | null> {
  const { integrationId, headers, decision, isBodyCut } = delivery;
  if (isBodyCut) return null;
  const { path } = (decision as { verification?: { path?: string } }).verification ?? {};
  const { data } = await attempt(
    c.get("api").POST("/v1/integrations/{id}/dry-run", {
      params: { path: { id: integrationId } },
      body: { body: new TextDecoder().decode(body), headers, ...(path !== undefined && { path }) },
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
        <a href={`/integrations/${delivery.integrationId}`}>{name ?? "deleted"}</a>
      </Fact>
      <Fact name="Received">
        <Exact at={delivery.receivedAt} /> (<Time at={delivery.receivedAt} />)
      </Fact>
      <Fact name="Answered">{delivery.statusCode}</Fact>
      <Fact name="Proof">
        {verification.isVerified ? "verified" : `not verified${verification.reason ? `: ${verification.reason}` : ""}`}
        {verification.scheme ? ` (${verification.scheme})` : ""}
        {verification.secret === "previous" ? ", with the secret of before" : ""}
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
          <a href={`/deliveries/${delivery.duplicateOf}`}>the first delivery</a>
          {windowEndsAt === undefined ? "" : `; its window ends ${exact(windowEndsAt)}`}
        </Fact>
      )}
      {delivery.replayOf === null ? null : (
        <Fact name="Replay of">
          <a href={`/deliveries/${delivery.replayOf}`}>the original</a>
        </Fact>
      )}
      <Fact name="From">{delivery.sourceIp ?? "–"}</Fact>
      <Fact name="Id">
        <Copyable text={delivery.id} name="id" />
      </Fact>
    </Facts>
  );
};

const ReplayForm: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const { isVerified } = (delivery.decision as { verification?: { isVerified?: boolean } }).verification ?? {};
  return (
    <form method="post" action={`/deliveries/${delivery.id}/replay`} class="moves">
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      {isVerified ? null : (
        <label>
          <input type="checkbox" name="includeUnverified" value="yes" required /> although nobody proved who sent it
        </label>
      )}
      <button>Replay</button>
      <span class="hint">as a new delivery, read as its integration reads now</span>
    </form>
  );
};

const Outcomes: FC<{ delivery: Delivery }> = ({ delivery }) =>
  delivery.events.length === 0 ? (
    <p class="muted">{delivery.status === "REJECTED" ? "Nothing: it was refused." : "Nothing: it told of no alert."}</p>
  ) : (
    <ol class="outcomes">
      {delivery.events.map(({ alertId, action, outcome, detail }) => (
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
  );

/** What a replay made of the same bytes, beside what was made of them at first. */
const Comparison: FC<{ original: Delivery; replay: Delivery }> = ({ original, replay }) => (
  <section>
    <h2>Compared with the original</h2>
    <Diff before={summary(original)} after={summary(replay)} beforeName="the original" afterName="the replay" />
  </section>
);

const summary = ({ status, statusCode, reason, events }: Delivery) => ({ status, statusCode, reason, events });

const Body: FC<{ delivery: Delivery; body: Uint8Array | null }> = ({ delivery, body }) => {
  const text = body && readText(body);
  const pretty = text && prettyJson(text);
  return (
    <section>
      <h2>Body</h2>
      <p class="muted">
        {delivery.bodyBytes === null ? "none" : size(delivery.bodyBytes)}
        {delivery.contentType === null ? "" : `, ${delivery.contentType}`}
        {delivery.isBodyCut ? ", of which only the beginning was kept" : ""}
        {delivery.bodyBytes ? (
          <>
            {" · "}
            <a href={`/v1/deliveries/${delivery.id}/payload`} download>
              Save it as it came
            </a>
          </>
        ) : null}
      </p>
      {text ? (
        <>
          {pretty ? (
            <>
              <pre tabindex={0} aria-label="The body, indented" dir="auto">
                {pretty}
              </pre>
              <details>
                <summary>Exactly as received</summary>
                <Copyable text={text} name="the body as received" isBlock />
              </details>
            </>
          ) : (
            <Copyable text={text} name="the body as received" isBlock />
          )}
        </>
      ) : (
        <p class="muted">
          {body && body.length > 0 ? "It is no text." : delivery.bodyBytes ? "It is too long to be shown here." : ""}
        </p>
      )}
    </section>
  );
};

function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** JSON with line breaks, every character else as it came: numbers keep their digits, keys their order. */
function prettyJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  return applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2 }));
}
