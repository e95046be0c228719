/** The pages without a session: `/sign-in`, `/sign-out`, `/welcome` (an admin by the root key) and `/set-password`. */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { adminExists } from "../../api/session/admin-exists.ts";
import { ownPath } from "../../lib/own-path.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import type { Console, Page } from "../context.ts";
import { errorAt, Field, FormProblem } from "../parts/fields.tsx";
import { Logo, renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
import { invalidField, readForm } from "../parts/form.ts";
import { plural } from "../parts/format.ts";

export function registerSignIn(pages: Console): void {
  pages.get("/sign-in", (c) => showSignIn(c, "", null));

  pages.post("/sign-in", async (c) => {
    const form = await readForm(c);
    const email = form.text("email");
    const problem = await signIn(c, { email, password: form.exactly("password") });
    if (problem) return showSignIn(c, email, problem);
    return c.redirect(returnPath(c), 303);
  });

  pages.post("/sign-out", async (c) => {
    const { response } = await c.get("api").DELETE("/v1/session");
    for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(withFlash("/sign-in", "signed-out"), 303);
  });

  pages.get("/welcome", (c) => showWelcome(c, NOBODY, null));

  pages.post("/welcome", async (c) => {
    const form = await readForm(c);
    const { text } = form;
    const credentials = { email: text("email"), password: form.exactly("password") };
    const admin = { email: credentials.email, name: text("name") };
    const { error, response } = await c.get("api").POST("/v1/users", {
      headers: { authorization: `Bearer ${text("rootKey")}` },
      body: { ...credentials, ...admin, isPlatformAdmin: true },
    });
    const problem = error ? welcomeProblem(error, response) : await signIn(c, credentials);
    if (problem) return showWelcome(c, admin, problem);
    return c.redirect(withFlash("/alerts", "admin-created"), 303);
  });

  pages.get("/set-password", (c) => showSetPassword(c, "", null));

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
    if (problem) return showSetPassword(c, form.text("token"), problem);
    return c.redirect(withFlash("/sign-in", "password-set"), 303);
  });
}

/** Signs in and sets the session cookie. Returns the problem if that fails. */
async function signIn(c: Page, credentials: Schemas["Credentials"]): Promise<Problem | null> {
  const { error, response } = await c.get("api").POST("/v1/session", { body: credentials });
  if (error) return signInProblem(error, response);
  for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  return null;
}

/** What the sign-in page says, beside the field that it is about. */
function signInProblem(problem: Problem, response: Response): Problem {
  if (problem.status !== 401) return withWait(problem, response);
  const detail = "Wrong password, or no account with this address. Correct it, or ask an admin for a password link.";
  return { ...invalidField("/password", detail), status: 401 };
}

function welcomeProblem(problem: Problem, response: Response): Problem {
  const { status, detail } = problem;
  if (status === 401) {
    return {
      ...invalidField("/rootKey", "This is not the root key. Copy the Worker secret ROOT_API_KEY again."),
      status,
    };
  }
  return status === 409 ? invalidField("/email", detail) : withWait(problem, response);
}

/** Says how long to wait after too many attempts. */
function withWait(problem: Problem, response: Response): Problem {
  if (problem.status !== 429) return problem;
  const seconds = Number(response.headers.get("retry-after")) || 60;
  return { ...problem, detail: `Too many attempts to sign in. Wait ${plural(seconds, "second")}, then try again.` };
}

/** The page to return to. */
const returnPath = (c: Page): string => ownPath(c.req.query("returnTo") ?? "/") ?? "/";

async function showSignIn(c: Page, email: string, problem: Problem | null) {
  const { data: providers } = await dataOf(c.get("api").GET("/v1/session/providers"));
  const path = returnPath(c);
  const content = (
    <CardPage title="Sign in" problem={problem} fields={["/email", "/password"]}>
      <form method="post" action={`/sign-in?returnTo=${encodeURIComponent(path)}`} class="form">
        <Field name="Email" error={errorAt(problem, "/email")}>
          <input type="email" name="email" value={email} required autocomplete="username" autofocus={email === ""} />
        </Field>
        <Field name="Password" error={errorAt(problem, "/password")}>
          <input type="password" name="password" required autocomplete="current-password" autofocus={email !== ""} />
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
        No admin yet, or none who can sign in? <a href="/welcome">Create an admin</a>
      </p>
    </CardPage>
  );
  return renderPage(c, { title: "Sign in" }, content, statusOf(problem));
}

const NOBODY = { name: "", email: "" };

async function showWelcome(c: Page, { name, email }: typeof NOBODY, problem: Problem | null) {
  const isFirst = !(await adminExists(c.env));
  const title = isFirst ? "Create the first admin" : "Create another admin";
  const content = (
    <CardPage title={title} problem={problem} fields={["/rootKey", "/name", "/email", "/password"]}>
      {isFirst ? null : (
        <p>
          This deployment has an admin. <a href="/sign-in">Sign in</a>. If no admin can sign in, create another one with
          the root key.
        </p>
      )}
      <form method="post" action="/welcome" class="form">
        <Field
          name="Root key"
          hint="Printed by npm start; in a deployment, the Worker secret ROOT_API_KEY"
          error={errorAt(problem, "/rootKey")}
        >
          <input type="password" name="rootKey" required autocomplete="off" autofocus />
        </Field>
        <Field name="Your name" error={errorAt(problem, "/name")}>
          <input name="name" value={name} required maxlength={200} autocomplete="name" />
        </Field>
        <Field name="Email" error={errorAt(problem, "/email")}>
          <input type="email" name="email" value={email} required autocomplete="username" />
        </Field>
        <Field name="Password" hint="At least 12 characters" error={errorAt(problem, "/password")}>
          <input type="password" name="password" required minlength={12} autocomplete="new-password" />
        </Field>
        <button>Create admin</button>
      </form>
      {isFirst ? (
        <p class="muted">
          Already have an account? <a href="/sign-in">Sign in</a>
        </p>
      ) : null}
    </CardPage>
  );
  return renderPage(c, { title }, content, statusOf(problem));
}

function showSetPassword(c: Page, token: string, problem: Problem | null) {
  const content = (
    <CardPage title="Set your password" problem={problem} fields={["/token", "/newPassword"]}>
      <form method="post" action="/set-password" class="form">
        <Field name="Password token" hint="The part of your link after the #" error={errorAt(problem, "/token")}>
          <input name="token" value={token} required autocomplete="off" data-from-fragment />
        </Field>
        <Field name="New password" hint="At least 12 characters" error={errorAt(problem, "/newPassword")}>
          <input type="password" name="newPassword" required minlength={12} autocomplete="new-password" />
        </Field>
        <button>Set password</button>
      </form>
    </CardPage>
  );
  return renderPage(c, { title: "Set your password" }, content, statusOf(problem));
}

const statusOf = (problem: Problem | null) =>
  problem === null
    ? 200
    : (([401, 429, 503].find((status) => status === problem.status) ?? 400) as ContentfulStatusCode);

/** @param fields JSON Pointers of the fields, which show their errors */
const CardPage: FC<PropsWithChildren<{ title: string; problem: Problem | null; fields: readonly string[] }>> = ({
  title,
  problem,
  fields,
  children,
}) => (
  <div class="card">
    <p class="brand">
      <Logo /> Tocsin
    </p>
    <h1>{title}</h1>
    <FormProblem problem={problem} fields={fields} />
    {children}
  </div>
);
