/** `/settings/people`: everybody who may sign in. */
import type { Child } from "hono/jsx";
import { dataOf, given } from "../../api.ts";
import type { Console } from "../../console.ts";
import { Deliberate, Field, Pages } from "../../parts/pieces.tsx";
import { show, withNotice } from "../../parts/shell.tsx";
import { PasswordLink } from "./teams.tsx";
import { SettingsHead } from "./tabs.tsx";
import { readForm } from "../../parts/form.ts";

const PATH = "/settings/people";

export function registerUsers(pages: Console): void {
  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { cursor } = c.req.query();
    const list = await dataOf(
      c.get("api").GET("/v1/users", { params: { query: given({ cursor: cursor || undefined }) } }),
    );
    const isPlatformAdmin = caller.scopes.includes("admin");
    return show(
      c,
      { title: "People", place: "/settings" },
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
                    {user.isPlatformAdmin ? <span>platform admin</span> : null}
                  </p>
                </div>
                {isPlatformAdmin ? (
                  <span class="moves">
                    <form method="post" action={`${PATH}/${user.id}`}>
                      <button class="quiet" name="act" value="password" aria-label={`Password link for ${user.email}`}>
                        Password link
                      </button>
                      <button
                        class="quiet"
                        name="act"
                        value={user.isPlatformAdmin ? "demote" : "promote"}
                        aria-label={`${user.isPlatformAdmin ? "No admin any more" : "Make admin"}: ${user.email}`}
                      >
                        {user.isPlatformAdmin ? "No admin any more" : "Make admin"}
                      </button>
                    </form>
                    <Deliberate
                      name="Delete"
                      explanation={`${user.email} is signed out everywhere and cannot come back. What they did stays in the records.`}
                      action={`${PATH}/${user.id}/delete`}
                      button="Delete"
                    />
                  </span>
                ) : null}
              </li>
            ) : null,
          )}
        </ol>
        <Pages url={c.req.url} nextCursor={list.nextCursor} />
        {isPlatformAdmin ? (
          <>
            <h2>Let somebody in</h2>
            <form method="post" action={PATH} class="form">
              <Field name="Email">
                <input type="email" name="email" required autocomplete="off" />
              </Field>
              <Field name="Name">
                <input name="name" required maxlength={200} autocomplete="off" />
              </Field>
              <label class="check">
                <input type="checkbox" name="isPlatformAdmin" value="yes" /> may do everything, in all teams
              </label>
              <button>Add</button>
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
      (content) => show(c, { title: "Let in", place: "/settings" }, content),
    );
  });

  pages.post(`${PATH}/:id`, async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const act = (await readForm(c)).text("act");
    if (act === "password") {
      const [user, token] = await Promise.all([
        dataOf(api.GET("/v1/users/{id}", { params: { path: { id } } })),
        dataOf(api.POST("/v1/users/{id}/password-token", { params: { path: { id } } })),
      ]);
      return showLink(
        new URL(c.req.url).origin,
        user?.email ?? "",
        token.setPasswordToken,
        token.setPasswordTokenExpiresAt,
        (content) => show(c, { title: "Password link", place: "/settings" }, content),
      );
    }
    await dataOf(
      api.PATCH("/v1/users/{id}", { params: { path: { id } }, body: { isPlatformAdmin: act === "promote" } }),
    );
    return c.redirect(withNotice(PATH, "saved"), 303);
  });

  pages.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/users/{id}", { params: { path: { id } } }));
    return c.redirect(withNotice(PATH, "deleted"), 303);
  });
}

const showLink = <Shown,>(
  origin: string,
  who: string,
  token: string,
  expiresAt: string | null,
  showIt: (content: Child) => Shown,
): Shown =>
  showIt(
    <PasswordLink
      origin={origin}
      who={who}
      token={token}
      expiresAt={expiresAt}
      back={{ path: PATH, name: "People" }}
    />,
  );
