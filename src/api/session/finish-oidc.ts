import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { createAuth, FAILED_SIGN_IN_PATH } from "./better-auth.ts";
import { type IdentityProvider, providerParam, findIdentityProvider } from "./identity-providers.ts";

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
    302: { description: "Redirect to the page in `returnTo`" },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerFinishOidc(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const provider = findIdentityProvider(c.env, c.req.valid("param").provider);
    const response = await createAuth(c, provider).api.callbackOAuth({
      params: { id: provider.id },
      query: c.req.valid("query"),
      headers: c.req.raw.headers,
      method: "GET",
      asResponse: true,
    });
    const location = URL.parse(response.headers.get("location") ?? "", c.req.url);
    if (response.status !== 302 || !location || location.pathname === FAILED_SIGN_IN_PATH) {
      const reason = location?.searchParams.get("error") ?? "unknown";
      log.warn("sign-in failed", {
        requestId: c.get("requestId"),
        provider: provider.id,
        // The client controls this text.
        reason: /^[a-z_]{1,50}$/.test(reason) ? reason : "other",
      });
      await countAttempt(c);
      throw toProblem(reason, provider);
    }
    for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(location.href, 302);
  });
}

/** better-auth's reasons when no user has the address. */
const UNKNOWN_USER = new Set(["signup_disabled", "unable_to_link_account"]);
/** better-auth's reasons when the address is not verified; it links every verified address. */
const NOT_VERIFIED = new Set(["account_not_linked", "email_not_verified", "EMAIL_NOT_VERIFIED"]);

function toProblem(reason: string, { name }: IdentityProvider): Problem {
  if (NOT_VERIFIED.has(reason)) {
    return new Problem("forbidden", `${name} has not verified your email address. Verify it there and sign in again.`);
  }
  if (UNKNOWN_USER.has(reason)) {
    return new Problem("forbidden", `No user has the email address from ${name}. Ask an admin to create one.`);
  }
  return new Problem("unauthenticated", `Signing in with ${name} failed. Start again.`);
}
