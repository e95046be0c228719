import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { ownPath } from "../../lib/own-path.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { createAuth, FAILED_SIGN_IN_PATH } from "./better-auth.ts";
import { connectProvider, printable } from "./connected-provider.ts";
import { callbackUrl, findIdentityProvider, type IdentityProvider, providerParam } from "./identity-providers.ts";
import { unavailableProvider } from "./provider-calls.ts";
import { cookieHeader } from "./schema.ts";

const text = z.string().max(8192).optional();

const route = createRoute({
  method: "get",
  path: "/v1/session/oidc/{provider}/callback",
  operationId: "finishSignIn",
  tags: ["session"],
  summary: "Finish Sign-In",
  description:
    "The identity provider redirects the browser here. Sets the session cookie and redirects to the page in `returnTo`. The user must exist, and the provider must have verified their email address.",
  security: [],
  request: {
    params: providerParam,
    // Providers add parameters of their own, such as `session_state`, which must be ignored (RFC 6749 §4.1.2).
    query: z.looseObject({
      code: text.openapi({ description: "Authorization code from the provider" }),
      state: text.openapi({ description: "State that Start Sign-In sent to the provider" }),
      iss: text.openapi({ description: "Issuer of the response (RFC 9207)" }),
      error: text.openapi({ description: "Error code from the provider" }),
      error_description: text.openapi({ description: "Error message from the provider" }),
    }),
  },
  responses: {
    302: { description: "Redirect to the page in `returnTo`", headers: cookieHeader },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerFinishOidc(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const provider = findIdentityProvider(c.env, c.req.valid("param").provider);
    const query = c.req.valid("query");
    const connected = connectProvider(provider, callbackUrl(c.req.url, provider), query.iss);
    const response = await createAuth(c, connected)
      .api.callbackOAuth({
        params: { id: provider.id },
        query,
        headers: c.req.raw.headers,
        method: "GET",
        asResponse: true,
      })
      .catch((error: unknown) => {
        if (connected.failure()) return new Response(null, { status: 500 });
        throw error;
      });
    if (response.status >= 500 && !connected.failure()) throw new Error("better-auth failed");
    const location = URL.parse(response.headers.get("location") ?? "", c.req.url);
    const returnTo = location && ownPath(location.pathname + location.search);
    if (response.status !== 302 || !location || returnTo === null || location.pathname === FAILED_SIGN_IN_PATH) {
      const reason = location?.searchParams.get("error") ?? "unknown";
      const problem = connected.failure() ?? toProblem(reason, query, provider);
      log.warn("sign-in failed", {
        requestId: c.get("requestId"),
        provider: provider.id,
        // The client controls this text.
        reason: /^[a-z_]{1,50}$/.test(reason) ? reason : "other",
      });
      // A failure of the provider does not count against the person.
      if (problem.status < 500) await countAttempt(c);
      throw problem;
    }
    for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(new URL(returnTo, c.req.url).href, 302);
  });
}

/** better-auth's reasons when Postgres failed. */
const OWN_FAULTS = /^(?:unable_to_(?:link|create)_|internal_server_error)/;
/** better-auth's reasons when the address is not verified; it links every verified address. */
const NOT_VERIFIED = new Set(["account_not_linked", "email_not_verified", "EMAIL_NOT_VERIFIED"]);
/** better-auth's reasons when the browser did not start this sign-in: they win over what the query claims. */
const INVALID_STATE = /^(?:state_|invalid_callback)/;

function toProblem(
  reason: string,
  { error, error_description: description }: { error?: string | undefined; error_description?: string | undefined },
  provider: IdentityProvider,
): Problem {
  if (OWN_FAULTS.test(reason)) return new Problem("unavailable", "The sign-in could not be stored. Start again.");
  if (error !== undefined && !INVALID_STATE.test(reason)) return providerProblem(provider, error, description ?? "");
  const { name } = provider;
  if (NOT_VERIFIED.has(reason)) {
    return new Problem("forbidden", `${name} has not verified your email address. Verify it there and sign in again.`);
  }
  if (reason === "signup_disabled") {
    return new Problem("forbidden", `No user has the email address from ${name}. Ask an admin to create one.`);
  }
  return new Problem("unauthenticated", `Signing in with ${name} failed. Start again.`);
}

/** The provider's own faults. https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
const PROVIDER_FAULTS = new Set(["server_error", "temporarily_unavailable"]);
/** What the person has to do. https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
const UNFINISHED = new Set([
  "interaction_required",
  "login_required",
  "account_selection_required",
  "consent_required",
]);

/** The problem of a sign-in that the provider ended. */
function providerProblem({ name }: IdentityProvider, error: string, description: string): Problem {
  const parts = [error, description].filter((part) => part !== "").map((part) => printable(part, 200));
  const quoted = `"${parts.join(": ")}"`;
  if (PROVIDER_FAULTS.has(error)) return unavailableProvider(name, quoted);
  if (error === "access_denied") {
    return new Problem(
      "forbidden",
      `${name} denied access, and said ${quoted}. Allow Tocsin to see your account, or ask an admin of ${name} to assign Tocsin to you. Then sign in again.`,
    );
  }
  if (UNFINISHED.has(error)) {
    return new Problem(
      "unauthenticated",
      `The sign-in at ${name} was not finished: it said ${quoted}. Sign in there, agree, and start again.`,
    );
  }
  return unavailableProvider(name, quoted);
}
