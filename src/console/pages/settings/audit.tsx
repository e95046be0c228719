/** `/settings/audit`: the audit log. */
import { attempt, dataOf, defined } from "../../api.ts";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import type { Console, Page } from "../../context.ts";
import { EXPORT_PAGE, exportList } from "../../list-export.ts";
import { type AuditActor, parseAuditActor } from "../../../lib/actor.ts";
import { Actor } from "../../parts/actor.tsx";
import { Diff } from "../../parts/diff.tsx";
import { Empty, Pagination } from "../../parts/components.tsx";
import { ExportLinks } from "../../parts/export-links.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/audit";

const COLUMNS = [
  "id",
  "createdAt",
  "action",
  "actor",
  "targetType",
  "targetId",
  "teamId",
  "ipAddress",
  "requestId",
  "before",
  "after",
] as const;

/** The filter of an address. */
function filterOf(c: Page) {
  const { action, targetId } = c.req.query();
  return defined({ action: action || undefined, targetId: targetId || undefined });
}

/** The names of users by id; none for callers who may not list users. */
async function userNames(c: Page): Promise<ReadonlyMap<string, string>> {
  const { data } = await attempt(c.get("api").GET("/v1/users", { params: { query: { limit: 200 } } }));
  return new Map(data?.data.map(({ id, name }) => [id, name]));
}

const withName = (actor: AuditActor, names: ReadonlyMap<string, string>): AuditActor =>
  actor.type === "user" ? { ...actor, name: names.get(actor.id ?? "") ?? null } : actor;

export function registerAudit(pages: Console): void {
  pages.get(`${PATH}/export`, (c) =>
    exportList<Schemas["AuditEvent"]>(c, "audit-events", COLUMNS, (cursor) => {
      const query = { ...filterOf(c), limit: EXPORT_PAGE, ...defined({ cursor }) };
      return dataOf(c.get("api").GET("/v1/audit-events", { params: { query } }));
    }),
  );

  pages.get(PATH, async (c) => {
    const { cursor, action } = c.req.query();
    const filter = filterOf(c);
    const query = { ...filter, ...defined({ cursor: cursor || undefined }) };
    const [list, names] = await Promise.all([
      dataOf(c.get("api").GET("/v1/audit-events", { params: { query } })),
      userNames(c),
    ]);
    return renderPage(
      c,
      { title: "Audit log", section: "/settings" },
      <>
        <SettingsHead caller={c.get("caller")} at={PATH} />
        <form method="get" class="filters" role="search">
          <input
            type="search"
            name="action"
            value={action ?? ""}
            placeholder="Action, for example integration.create"
            aria-label="Action"
          />
          <button class="quiet">Filter</button>
          <ExportLinks urlOf={(format) => `${PATH}/export?${new URLSearchParams({ ...filter, format }).toString()}`} />
        </form>
        {list.data.length === 0 ? (
          <Empty title="No audit events." />
        ) : (
          <ol class="rows audit">
            {list.data.map((event) => (
              <li data-row>
                <div class="what">
                  <p class="title">
                    {event.action} <Actor actor={withName(parseAuditActor(event.actor), names)} />
                  </p>
                  <p class="meta">
                    <span>{event.targetType}</span>
                    <code>{event.targetId}</code>
                    {event.ipAddress === null ? null : <span>from {event.ipAddress}</span>}
                  </p>
                  {event.before || event.after ? (
                    <details>
                      <summary>Changes</summary>
                      <Diff
                        before={event.before ?? null}
                        after={event.after ?? null}
                        beforeName="before"
                        afterName="after"
                      />
                    </details>
                  ) : null}
                </div>
                <span class="when">
                  <Time at={event.createdAt} />
                </span>
              </li>
            ))}
          </ol>
        )}
        <Pagination url={c.req.url} nextCursor={list.nextCursor} />
      </>,
    );
  });
}
