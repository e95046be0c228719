import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { ownPath } from "../../lib/own-path.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { createAuth } from "./better-auth.ts";
import { connectProvider } from "./connected-provider.ts";
import { callbackUrl, findIdentityProvider, providerParam } from "./identity-providers.ts";
import { cookieHeader } from "./schema.ts";

const returnTo = z
  .string()
  .refine((text) => ownPath(text) !== null, "Not a path of this service. Start with a single `/`.")
  .default("/")
  .openapi({ description: "Path of the page to open after signing in", example: "/alerts?view=open" });

const route = createRoute({
  method: "get",
  path: "/v1/session/oidc/{provider}",
  operationId: "startSignIn",
  tags: ["session"],
  summary: "Start Sign-In",
  description:
    "Open this URL in a browser. Redirects to the identity provider, or answers 503 when that does not respond within ten seconds.",
  security: [],
  request: { params: providerParam, query: z.object({ returnTo }) },
  responses: {
    302: { description: "Redirect to the identity provider", headers: cookieHeader },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerStartOidc(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const provider = findIdentityProvider(c.env, c.req.valid("param").provider);
    const connected = connectProvider(provider, callbackUrl(c.req.url, provider));
    const { headers, response } = await createAuth(c, connected)
      .api.signInSocial({
        body: {
          provider: provider.id,
          callbackURL: new URL(ownPath(c.req.valid("query").returnTo) ?? "/", c.req.url).href,
        },
        headers: c.req.raw.headers,
        returnHeaders: true,
      })
      .catch((error: unknown) => {
        throw connected.failure() ?? error;
      });
    for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(response.url ?? "/", 302);
  });
}
