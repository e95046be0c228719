/** `/settings/sessions`: where one is signed in. */
import { dataOf } from "../../api.ts";
import type { Console } from "../../console.ts";
import { show, withNotice } from "../../parts/shell.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/sessions";

export function registerSessions(pages: Console): void {
  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { data } = await dataOf(
      c.get("api").GET("/v1/users/{id}/sessions", { params: { path: { id: caller.user.id }, query: { limit: 200 } } }),
    );
    return show(
      c,
      { title: "Your sessions", place: "/settings" },
      <>
        <SettingsHead caller={caller} at={PATH} />
        <ol class="rows">
          {data.map(({ id, ipAddress, userAgent, isCurrent, createdAt, expiresAt }) => (
            <li data-row>
              <div class="what">
                <p class="title" dir="auto">
                  {userAgent ?? "An unknown program"}
                </p>
                <p class="meta">
                  {isCurrent ? <span>this one</span> : null}
                  {ipAddress === null ? null : <span>from {ipAddress}</span>}
                  <span>
                    begun <Time at={createdAt} />
                  </span>
                  <span>
                    ends <Time at={expiresAt} />
                  </span>
                </p>
              </div>
              {isCurrent ? null : (
                <form method="post" action={`${PATH}/${id}/end`}>
                  <button class="quiet">End</button>
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
    return c.redirect(withNotice(PATH, "ended"), 303);
  });
}
