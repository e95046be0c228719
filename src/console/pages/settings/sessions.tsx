/** `/settings/sessions`: the sessions of the caller. */
import { dataOf } from "../../api.ts";
import type { Console } from "../../context.ts";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/sessions";

export function registerSessions(pages: Console): void {
  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { data } = await dataOf(
      c.get("api").GET("/v1/users/{id}/sessions", { params: { path: { id: caller.user.id }, query: { limit: 200 } } }),
    );
    return renderPage(
      c,
      { title: "Sessions", section: "/settings" },
      <>
        <SettingsHead caller={caller} at={PATH} />
        <ol class="rows">
          {data.map(({ id, ipAddress, userAgent, isCurrent, createdAt, expiresAt }) => (
            <li data-row>
              <div class="what">
                <p class="title" dir="auto">
                  {userAgent ?? "Unknown browser"}
                </p>
                <p class="meta">
                  {isCurrent ? <span>this session</span> : null}
                  {ipAddress === null ? null : <span>from {ipAddress}</span>}
                  <span>
                    started <Time at={createdAt} />
                  </span>
                  <span>
                    expires <Time at={expiresAt} />
                  </span>
                </p>
              </div>
              {isCurrent ? null : (
                <form method="post" action={`${PATH}/${id}/end`}>
                  <button class="quiet">End session</button>
                </form>
              )}
            </li>
          ))}
        </ol>
      </>,
    );
  });

  pages.post(`${PATH}/:sessionId/end`, async (c) => {
    const { sessionId } = c.req.param();
    await dataOf(
      c.get("api").DELETE("/v1/users/{id}/sessions/{sessionId}", {
        params: { path: { id: c.get("caller").user.id, sessionId } },
      }),
    );
    return c.redirect(withFlash(PATH, "session-ended"), 303);
  });
}
