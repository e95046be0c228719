/** `/settings/sessions`: the sessions and the password of the caller. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, type Problem } from "../../api.ts";
import type { Console, Page } from "../../context.ts";
import { browserName } from "../../parts/browser-name.ts";
import { errorAt, Field, FormProblem } from "../../parts/fields.tsx";
import { invalidField, readForm } from "../../parts/form.ts";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/sessions";

const FIELDS = ["/currentPassword", "/newPassword"];

export function registerSessions(pages: Console): void {
  pages.get(PATH, (c) => show(c, null));

  pages.post(`${PATH}/password`, async (c) => {
    const form = await readForm(c);
    const body = { currentPassword: form.exactly("currentPassword"), newPassword: form.exactly("newPassword") };
    const { problem } = await attempt(c.get("api").POST("/v1/session/password", { body }));
    if (problem)
      return show(c, errorAt(problem, "/currentPassword") ? invalidField("/currentPassword", problem.detail) : problem);
    return c.redirect(withFlash(PATH, "password-changed"), 303);
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

async function show(c: Page, problem: Problem | null) {
  const caller = c.get("caller");
  const { data } = await dataOf(
    c.get("api").GET("/v1/users/{id}/sessions", { params: { path: { id: caller.user.id }, query: { limit: 200 } } }),
  );
  const content = (
    <>
      <SettingsHead caller={caller} at={PATH} />
      <h2>Sessions</h2>
      <ol class="rows">
        {data.map((session) => (
          <Session session={session} />
        ))}
      </ol>
      <h2>Change password</h2>
      <FormProblem problem={problem} fields={FIELDS} />
      <form method="post" action={`${PATH}/password`} class="form">
        <Field name="Current password" error={errorAt(problem, "/currentPassword")}>
          <input type="password" name="currentPassword" required autocomplete="current-password" />
        </Field>
        <Field
          name="New password"
          hint="At least 12 characters. Your other sessions end"
          error={errorAt(problem, "/newPassword")}
        >
          <input type="password" name="newPassword" required minlength={12} autocomplete="new-password" />
        </Field>
        <button>Change password</button>
      </form>
    </>
  );
  return renderPage(c, { title: "Account", section: "/settings" }, content, problem ? 400 : 200);
}

const Session: FC<{ session: Schemas["UserSession"] }> = ({ session }) => {
  const { id, ipAddress, userAgent, isCurrent, createdAt, expiresAt } = session;
  return (
    <li data-row>
      <div class="what">
        <p class="title" dir="auto" title={userAgent ?? undefined}>
          {userAgent === null ? "Unknown browser" : browserName(userAgent)}
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
  );
};
