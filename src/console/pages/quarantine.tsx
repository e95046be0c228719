/** `/integrations/:id/quarantine`: accepted work that Postgres refused, to be tried again or given up. */
import { dataOf, given } from "../api.ts";
import { type Console, may } from "../console.ts";
import { Deliberate, Empty, Head, Pages, size } from "../parts/pieces.tsx";
import { show, withNotice } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";
import { readForm } from "../parts/form.ts";

export function registerQuarantine(pages: Console): void {
  pages.get("/integrations/:id/quarantine", async (c) => {
    const { id } = c.req.param();
    const { cursor } = c.req.query();
    const api = c.get("api");
    const [integration, list] = await Promise.all([
      dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
      dataOf(
        api.GET("/v1/integrations/{id}/quarantine", {
          params: { path: { id }, query: given({ cursor: cursor || undefined }) },
        }),
      ),
    ]);
    const mayRetry = may(c.get("caller"), "deliveries:replay", integration.teamId);
    const mayGiveUp = may(c.get("caller"), "integrations:write", integration.teamId);
    return show(
      c,
      { title: "Set aside", place: "/integrations" },
      <>
        <Head title="Set aside" up={{ path: `/integrations/${id}`, name: integration.name }}>
          {mayRetry && list.data.length > 0 ? (
            <form method="post" action={`/integrations/${id}/quarantine/retry`}>
              <button>Try all again</button>
            </form>
          ) : null}
        </Head>
        <p class="muted">Postgres refused these for their data; nothing waits behind them.</p>
        {list.data.length === 0 ? (
          <Empty title="Nothing is set aside." />
        ) : (
          <ol class="rows quarantine">
            {list.data.map(({ row, error, bytes, acceptedAt, deliveryId }) => (
              <li data-row>
                <div class="what">
                  <p class="title" dir="auto">
                    {error}
                  </p>
                  <p class="meta">
                    <span>row {row}</span>
                    <span>{size(bytes)}</span>
                    {deliveryId === null ? null : <code>{deliveryId}</code>}
                  </p>
                </div>
                <span class="when">
                  <Time at={acceptedAt} />
                </span>
                <span class="moves">
                  {mayRetry ? (
                    <form method="post" action={`/integrations/${id}/quarantine/retry`}>
                      <input type="hidden" name="row" value={row} />
                      <button class="quiet">Try again</button>
                    </form>
                  ) : null}
                  {mayGiveUp ? (
                    <Deliberate
                      name="Give up"
                      explanation="It will never be in Postgres. This is recorded in the audit log."
                      action={`/integrations/${id}/quarantine/${row}/discard`}
                      button="Give it up"
                    />
                  ) : null}
                </span>
              </li>
            ))}
          </ol>
        )}
        <Pages url={c.req.url} nextCursor={list.nextCursor} />
      </>,
    );
  });

  pages.post("/integrations/:id/quarantine/retry", async (c) => {
    const { id } = c.req.param();
    const row = (await readForm(c)).text("row");
    await dataOf(
      c.get("api").POST("/v1/integrations/{id}/quarantine/retry", {
        params: { path: { id } },
        body: row === "" ? {} : { row: Number(row) },
      }),
    );
    return c.redirect(withNotice(`/integrations/${id}/quarantine`, "retried"), 303);
  });

  pages.post("/integrations/:id/quarantine/:row/discard", async (c) => {
    const { id, row } = c.req.param();
    await dataOf(
      c.get("api").DELETE("/v1/integrations/{id}/quarantine/{row}", { params: { path: { id, row: Number(row) } } }),
    );
    return c.redirect(withNotice(`/integrations/${id}/quarantine`, "discarded"), 303);
  });
}
