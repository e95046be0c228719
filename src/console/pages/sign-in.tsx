/** The pages without a session: `/sign-in`, `/sign-out`, `/welcome` (the first admin) and `/set-password`. */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { ownPath } from "../../lib/own-path.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import type { Console, Page } from "../context.ts";
import { ProblemMessage } from "../parts/components.tsx";
import { Field } from "../parts/fields.tsx";
import { Logo, renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
import { readForm } from "../parts/form.ts";

export function registerSignIn(pages: Console): void {
  pages.get("/sign-in", (c) => showSignIn(c, null));

  pages.post("/sign-in", async (c) => {
    const form = await readForm(c);
    const problem = await signIn(c, {
      email: form.text("email"),
      password: form.exactly("password"),
    });
    if (problem) return showSignIn(c, problem);
    return c.redirect(returnPath(c), 303);
  });

  pages.post("/sign-out", async (c) => {
    const { response } = await c.get("api").DELETE("/v1/session");
    for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(withFlash("/sign-in", "signed-out"), 303);
  });

  pages.get("/welcome", (c) => showWelcome(c, null));

  pages.post("/welcome", async (c) => {
    const form = await readForm(c);
    const { text } = form;
    const credentials = { email: text("email"), password: form.exactly("password") };
    const { problem } = await attempt(
      c.get("api").POST("/v1/users", {
        headers: { authorization: `Bearer ${text("rootKey")}` },
        body: { ...credentials, name: text("name"), isPlatformAdmin: true },
      }),
    ).catch((error: unknown) => {
      // attempt() throws for 401. Here it means a wrong root key, which belongs beside the form.
      if (error instanceof Error && "problem" in error) return { problem: error.problem as Problem };
      throw error;
    });
    const failure = problem ?? (await signIn(c, credentials));
    if (failure) return showWelcome(c, failure);
    return c.redirect("/integrations/new", 303);
  });

  pages.get("/set-password", (c) => showSetPassword(c, null));

  pages.post("/set-password", async (c) => {
    const form = await readForm(c);
    const { problem } = await attempt(
      c.get("api").POST("/v1/session/password", {
        body: {
          token: form.text("token"),
          newPassword: form.exactly("newPassword"),
        },
      }),
    );
    if (problem) return showSetPassword(c, problem);
    return c.redirect(withFlash("/sign-in", "password-set"), 303);
  });
}

/** Signs in and sets the session cookie. Returns the problem if that fails. */
async function signIn(c: Page, credentials: Schemas["Credentials"]): Promise<Problem | null> {
  const { error, response } = await c.get("api").POST("/v1/session", { body: credentials });
  if (error) return error;
  for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  return null;
}

/** The page to return to. */
const returnPath = (c: Page): string => ownPath(c.req.query("returnTo") ?? "/") ?? "/";

async function showSignIn(c: Page, problem: Problem | null) {
  const { data: providers } = await dataOf(c.get("api").GET("/v1/session/providers"));
  const path = returnPath(c);
  const content = (
    <CardPage title="Sign in" problem={problem}>
      <form method="post" action={`/sign-in?returnTo=${encodeURIComponent(path)}`} class="form">
        <Field name="Email">
          <input type="email" name="email" required autocomplete="username" autofocus />
        </Field>
        <Field name="Password">
          <input type="password" name="password" required autocomplete="current-password" />
        </Field>
        <button>Sign in</button>
      </form>
      {providers.length === 0 ? null : (
        <ul class="ways">
          {providers.map(({ name, signInUrl }) => (
            <li>
              <a class="button quiet" href={`${signInUrl}?returnTo=${encodeURIComponent(path)}`}>
                Sign in with {name}
              </a>
            </li>
          ))}
        </ul>
      )}
      <p class="muted">
        New deployment? <a href="/welcome">Create the first admin</a>
      </p>
    </CardPage>
  );
  return renderPage(c, { title: "Sign in" }, content, statusOf(problem));
}

function showWelcome(c: Page, problem: Problem | null) {
  const content = (
    <CardPage title="Create the first admin" problem={problem}>
      <form method="post" action="/welcome" class="form">
        <Field name="Root key" hint="The Worker secret ROOT_API_KEY. `npm start` prints it">
          <input type="password" name="rootKey" required autocomplete="off" autofocus />
        </Field>
        <Field name="Your name">
          <input name="name" required maxlength={200} autocomplete="name" />
        </Field>
        <Field name="Email">
          <input type="email" name="email" required autocomplete="username" />
        </Field>
        <Field name="Password" hint="At least 12 characters">
          <input type="password" name="password" required minlength={12} autocomplete="new-password" />
        </Field>
        <button>Create admin</button>
      </form>
      <p class="muted">
        Already have an account? <a href="/sign-in">Sign in</a>
      </p>
    </CardPage>
  );
  return renderPage(c, { title: "Create the first admin" }, content, statusOf(problem));
}

function showSetPassword(c: Page, problem: Problem | null) {
  const content = (
    <CardPage title="Set your password" problem={problem}>
      <form method="post" action="/set-password" class="form">
        <Field name="Password token" hint="The part of your link after the #">
          <input name="token" required autocomplete="off" data-from-fragment />
        </Field>
        <Field name="New password" hint="At least 12 characters">
          <input type="password" name="newPassword" required minlength={12} autocomplete="new-password" />
        </Field>
        <button>Set password</button>
      </form>
    </CardPage>
  );
  return renderPage(c, { title: "Set your password" }, content, statusOf(problem));
}

const statusOf = (problem: Problem | null) =>
  problem === null ? 200 : problem.status === 401 ? 401 : problem.status === 429 ? 429 : 400;

const CardPage: FC<PropsWithChildren<{ title: string; problem: Problem | null }>> = ({ title, problem, children }) => (
  <div class="card">
    <p class="brand">
      <Logo /> Tocsin
    </p>
    <h1>{title}</h1>
    <ProblemMessage problem={problem} />
    {children}
  </div>
);
