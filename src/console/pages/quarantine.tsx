/** `/integrations/:id/quarantine`: rows that Postgres rejected for their data, to retry or discard. */
import { dataOf, defined } from "../api.ts";
import { type Console, hasScope } from "../context.ts";
import { ConfirmAction, Empty, PageHead, Pagination } from "../parts/components.tsx";
import { formatBytes } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
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
          params: { path: { id }, query: defined({ cursor: cursor || undefined }) },
        }),
      ),
    ]);
    const mayRetry = hasScope(c.get("caller"), "deliveries:replay", integration.teamId);
    const mayDiscard = hasScope(c.get("caller"), "integrations:write", integration.teamId);
    return renderPage(
      c,
      { title: "Quarantine", section: "/integrations" },
      <>
        <PageHead title="Quarantine" up={{ path: `/integrations/${id}`, name: integration.name }}>
          {mayRetry && list.data.length > 0 ? (
            <form method="post" action={`/integrations/${id}/quarantine/retry`}>
              <button>Retry all</button>
            </form>
          ) : null}
        </PageHead>
        <p class="muted">Postgres rejected these rows for their data. Other rows are not delayed.</p>
        {list.data.length === 0 ? (
          <Empty title="No quarantined rows." />
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
                    <span>{formatBytes(bytes)}</span>
                    {deliveryId === null ? null : <code>{deliveryId}</code>}
                  </p>
                </div>
                <span class="when">
                  <Time at={acceptedAt} />
                </span>
                <span class="actions">
                  {mayRetry ? (
                    <form method="post" action={`/integrations/${id}/quarantine/retry`}>
                      <input type="hidden" name="row" value={row} />
                      <button class="quiet">Retry</button>
                    </form>
                  ) : null}
                  {mayDiscard ? (
                    <ConfirmAction
                      name="Discard"
                      explanation="The row is deleted and never written to Postgres. The audit log records this."
                      action={`/integrations/${id}/quarantine/${row}/discard`}
                      button="Discard"
                    />
                  ) : null}
                </span>
              </li>
            ))}
          </ol>
        )}
        <Pagination url={c.req.url} nextCursor={list.nextCursor} />
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
    return c.redirect(withFlash(`/integrations/${id}/quarantine`, "retried"), 303);
  });

  pages.post("/integrations/:id/quarantine/:row/discard", async (c) => {
    const { id, row } = c.req.param();
    await dataOf(
      c.get("api").DELETE("/v1/integrations/{id}/quarantine/{row}", { params: { path: { id, row: Number(row) } } }),
    );
    return c.redirect(withFlash(`/integrations/${id}/quarantine`, "discarded"), 303);
  });
}
