/** `/settings/users`: the users of the deployment. */
import type { Child } from "hono/jsx";
import { dataOf, defined } from "../../api.ts";
import type { Console } from "../../context.ts";
import { ConfirmAction, Pagination } from "../../parts/components.tsx";
import { Field } from "../../parts/fields.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { PasswordToken } from "./teams.tsx";
import { SettingsHead } from "./tabs.tsx";
import { readForm } from "../../parts/form.ts";

const PATH = "/settings/users";

export function registerUsers(pages: Console): void {
  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { cursor } = c.req.query();
    const list = await dataOf(
      c.get("api").GET("/v1/users", { params: { query: defined({ cursor: cursor || undefined }) } }),
    );
    const isPlatformAdmin = caller.scopes.includes("admin");
    return renderPage(
      c,
      { title: "Users", section: "/settings" },
      <>
        <SettingsHead caller={caller} at={PATH} />
        <ol class="rows members">
          {list.data.map((user) =>
            user ? (
              <li data-row>
                <div class="what">
                  <p class="title" dir="auto">
                    {user.name}
                  </p>
                  <p class="meta">
                    <span>{user.email}</span>
                    {user.isPlatformAdmin ? <span>Platform admin</span> : null}
                  </p>
                </div>
                {isPlatformAdmin ? (
                  <span class="actions">
                    <form method="post" action={`${PATH}/${user.id}`}>
                      <button
                        class="quiet"
                        name="operation"
                        value="password"
                        aria-label={`Password token for ${user.email}`}
                      >
                        Password token
                      </button>
                      <button
                        class="quiet"
                        name="operation"
                        value={user.isPlatformAdmin ? "demote" : "promote"}
                        aria-label={`${user.isPlatformAdmin ? "Remove admin" : "Make admin"}: ${user.email}`}
                      >
                        {user.isPlatformAdmin ? "Remove admin" : "Make admin"}
                      </button>
                    </form>
                    <ConfirmAction
                      name="Delete"
                      explanation={`Signs out ${user.email} and removes the account. Timeline entries and audit events stay.`}
                      action={`${PATH}/${user.id}/delete`}
                      button="Delete"
                    />
                  </span>
                ) : null}
              </li>
            ) : null,
          )}
        </ol>
        <Pagination url={c.req.url} nextCursor={list.nextCursor} />
        {isPlatformAdmin ? (
          <>
            <h2>Add user</h2>
            <form method="post" action={PATH} class="form">
              <Field name="Email">
                <input type="email" name="email" required autocomplete="off" />
              </Field>
              <Field name="Name">
                <input name="name" required maxlength={200} autocomplete="off" />
              </Field>
              <label class="check">
                <input type="checkbox" name="isPlatformAdmin" value="yes" /> Platform admin: everything in all teams
              </label>
              <button>Add user</button>
            </form>
          </>
        ) : null}
      </>,
    );
  });

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const user = await dataOf(
      c.get("api").POST("/v1/users", {
        body: {
          email: form.text("email"),
          name: form.text("name"),
          isPlatformAdmin: form.text("isPlatformAdmin") === "yes",
        },
      }),
    );
    return showLink(
      new URL(c.req.url).origin,
      user.email,
      user.setPasswordToken ?? "",
      user.setPasswordTokenExpiresAt,
      (content) => renderPage(c, { title: "Password token", section: "/settings" }, content),
    );
  });

  pages.post(`${PATH}/:id`, async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const operation = (await readForm(c)).text("operation");
    if (operation === "password") {
      const [user, token] = await Promise.all([
        dataOf(api.GET("/v1/users/{id}", { params: { path: { id } } })),
        dataOf(api.POST("/v1/users/{id}/password-token", { params: { path: { id } } })),
      ]);
      return showLink(
        new URL(c.req.url).origin,
        user?.email ?? "",
        token.setPasswordToken,
        token.setPasswordTokenExpiresAt,
        (content) => renderPage(c, { title: "Password token", section: "/settings" }, content),
      );
    }
    await dataOf(
      api.PATCH("/v1/users/{id}", { params: { path: { id } }, body: { isPlatformAdmin: operation === "promote" } }),
    );
    return c.redirect(withFlash(PATH, "saved"), 303);
  });

  pages.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/users/{id}", { params: { path: { id } } }));
    return c.redirect(withFlash(PATH, "deleted"), 303);
  });
}

const showLink = <Shown,>(
  origin: string,
  email: string,
  token: string,
  expiresAt: string | null,
  showIt: (content: Child) => Shown,
): Shown =>
  showIt(
    <PasswordToken
      origin={origin}
      email={email}
      token={token}
      expiresAt={expiresAt}
      back={{ path: PATH, name: "Users" }}
    />,
  );
