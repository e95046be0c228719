import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { authOf, FAILED } from "./better-auth.ts";
import { type IdentityProvider, providerParam, requestedProvider } from "./identity-providers.ts";

const text = z.string().max(8192).optional();

const route = createRoute({
  method: "get",
  path: "/v1/session/oidc/{provider}/callback",
  operationId: "finishSignIn",
  tags: ["session"],
  summary:
    "Where the identity provider sends people back to: sets the session's cookie, and leads to the page asked for",
  description: "Only who was let in before may sign in, by an email address that the provider has verified.",
  security: [],
  request: {
    params: providerParam,
    query: z.object({
      code: text.openapi({ description: "By the provider" }),
      state: text.openapi({ description: "By us" }),
      iss: text.openapi({ description: "By the provider: itself (RFC 9207)" }),
      error: text.openapi({ description: "By the provider: why not" }),
      error_description: text.openapi({ description: "By the provider: why not, in words" }),
    }),
  },
  responses: {
    302: { description: "To the page that was asked for, signed in" },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerFinishOidc(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const provider = requestedProvider(c.env, c.req.valid("param").provider);
    const response = await authOf(c, provider).api.callbackOAuth({
      params: { id: provider.id },
      query: c.req.valid("query"),
      headers: c.req.raw.headers,
      method: "GET",
      asResponse: true,
    });
    const location = URL.parse(response.headers.get("location") ?? "", c.req.url);
    if (response.status !== 302 || !location || location.pathname === FAILED) {
      const reason = location?.searchParams.get("error") ?? "unknown";
      log.warn("sign-in failed", {
        requestId: c.get("requestId"),
        provider: provider.id,
        // Whoever calls may put anything there.
        reason: /^[a-z_]{1,50}$/.test(reason) ? reason : "other",
      });
      await countAttempt(c);
      throw refusal(reason, provider);
    }
    for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(location.href, 302);
  });
}

/** What better-auth calls the reasons that people can do something about. */
const NOT_LET_IN = new Set(["signup_disabled", "unable_to_link_account"]);
// Somebody whom it knows is not linked only where the address is not verified.
const NOT_VERIFIED = new Set(["account_not_linked", "email_not_verified", "EMAIL_NOT_VERIFIED"]);

function refusal(reason: string, { name }: IdentityProvider): Problem {
  if (NOT_VERIFIED.has(reason)) {
    return new Problem("forbidden", `${name} has not verified your email address: it cannot tell who you are here.`);
  }
  if (NOT_LET_IN.has(reason)) {
    return new Problem("forbidden", `Nobody with the email address that ${name} gave was let in here: ask an admin.`);
  }
  return new Problem("unauthenticated", `Signing in with ${name} did not work. Begin again.`);
}
