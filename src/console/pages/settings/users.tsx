/** `/settings/users`: the users of the deployment. */
import type { Child, FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, defined, type Problem } from "../../api.ts";
import type { Console, Page } from "../../context.ts";
import { ConfirmAction, Pagination } from "../../parts/components.tsx";
import { errorAt, Field, FormProblem } from "../../parts/fields.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { PasswordToken } from "./teams.tsx";
import { SettingsHead } from "./tabs.tsx";
import { invalidField, readForm } from "../../parts/form.ts";

const PATH = "/settings/users";

export function registerUsers(pages: Console): void {
  pages.get(PATH, (c) => showUsers(c, NEW_USER, null));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const entered = {
      email: form.text("email"),
      name: form.text("name"),
      isPlatformAdmin: form.text("isPlatformAdmin") === "yes",
    };
    const { data: user, problem } = await attempt(c.get("api").POST("/v1/users", { body: entered }));
    if (problem)
      return showUsers(c, entered, problem.status === 409 ? invalidField("/email", problem.detail) : problem);
    return showLink(
      new URL(c.req.url).origin,
      user.email,
      user.setPasswordToken ?? "",
      user.setPasswordTokenExpiresAt,
      (content) => renderPage(c, { title: "Password link", section: "/settings" }, content),
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
        (content) => renderPage(c, { title: "Password link", section: "/settings" }, content),
      );
    }
    const { problem } = await attempt(
      api.PATCH("/v1/users/{id}", { params: { path: { id } }, body: { isPlatformAdmin: operation === "promote" } }),
    );
    return problem ? showUsers(c, NEW_USER, problem) : c.redirect(withFlash(PATH, "saved"), 303);
  });

  pages.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = c.req.param();
    const { problem } = await attempt(c.get("api").DELETE("/v1/users/{id}", { params: { path: { id } } }));
    return problem ? showUsers(c, NEW_USER, problem) : c.redirect(withFlash(PATH, "deleted"), 303);
  });
}

type NewUser = Pick<Schemas["NewUser"], "email" | "name"> & { isPlatformAdmin: boolean };

const NEW_USER: NewUser = { email: "", name: "", isPlatformAdmin: false };
const FIELDS = ["/email", "/name"];

/** @param problem of the form of a new user, or of a change in the list */
async function showUsers(c: Page, entered: NewUser, problem: Problem | null) {
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
      <FormProblem problem={problem} fields={FIELDS} />
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
                      aria-label={`Password link for ${user.email}`}
                    >
                      Password link
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
          <NewUserForm entered={entered} problem={problem} />
        </>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

const NewUserForm: FC<{ entered: NewUser; problem: Problem | null }> = ({ entered, problem }) => (
  <form method="post" action={PATH} class="form">
    <Field name="Email" error={errorAt(problem, "/email")}>
      <input
        type="email"
        name="email"
        value={entered.email}
        required
        autocomplete="off"
        autofocus={errorAt(problem, "/email") !== undefined}
      />
    </Field>
    <Field name="Name" error={errorAt(problem, "/name")}>
      <input name="name" value={entered.name} required maxlength={200} autocomplete="off" />
    </Field>
    <label class="check">
      <input type="checkbox" name="isPlatformAdmin" value="yes" checked={entered.isPlatformAdmin} /> Platform admin:
      everything in all teams
    </label>
    <button>Add user</button>
  </form>
);

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
